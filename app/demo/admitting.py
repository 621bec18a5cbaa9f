"""The demo's organisations come in as others do: they apply, are assessed, and two admit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.organisations.admit_organisation import admit_organisation
from app.usecases.organisations.apply_organisations import NewOrganisation, apply_organisations
from app.usecases.organisations.assess_organisation import assess_organisation
from app.usecases.organisations.hand_in_document import NewDocument, hand_in_document
from app.usecases.organisations.state_organisation import state_organisation
from app.wiring import Wiring
from behaviours.admission import OrganisationStatement
from behaviours.credit_codes import check_character
from behaviours.file_forms import PDF
from behaviours.organisation_papers import DocumentJudgement, OrganisationContract
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.viewer import Viewer

_FINDING: Final = "Made up for the demonstration, and found to be so."


def admit_demo_organisations(
    connection: Connection,
    wiring: Wiring,
    new: Sequence[NewOrganisation],
    users: Mapping[str, UUID],
    *,
    now: datetime,
) -> list[UUID]:
    """The organisations, in order. One operator files and admits, the other assesses."""
    filing = Viewer("operator", None, users["operator"])
    made = apply_organisations(connection, new, by=filing, clock=StandingClock(now))
    applied = [each.application.organisation_id for each in made]
    for number, (organisation_id, each) in enumerate(zip(applied, new, strict=True), start=1):
        _assessed(
            connection, wiring, organisation_id, _statement(each.name, number), users, now=now
        )
        for role in ("operator", "authority"):
            admit_organisation(
                connection,
                organisation_id,
                by=Viewer(role, None, users[role]),
                programme=wiring.programme,
                scenes=wiring.scenes,
                clock=StandingClock(now),
            )
    return applied


def _assessed(
    connection: Connection,
    wiring: Wiring,
    organisation_id: UUID,
    said: OrganisationStatement,
    users: Mapping[str, UUID],
    *,
    now: datetime,
) -> None:
    """It states who it is and hands in its documents; another operator reads them."""
    filing, clock = Viewer("operator", None, users["operator"]), StandingClock(now)
    papers = state_organisation(
        connection,
        organisation_id,
        said,
        by=filing,
        scenes=wiring.scenes,
        clock=clock,
    )
    for kind in DOCUMENT_KINDS:
        papers = hand_in_document(
            connection,
            organisation_id,
            NewDocument(kind, PDF, _page(f"{said.legal_name}: {kind}")),
            by=filing,
            identity_key=wiring.settings.identity_key,
            clock=clock,
        )
    assess_organisation(
        connection,
        organisation_id,
        [DocumentJudgement(each.document_id, True, None) for each in papers.documents],
        contract=OrganisationContract(
            f"DEMO-{said.credit_code}", date(now.year, 1, 1), date(now.year + 3, 12, 31)
        ),
        finding=_FINDING,
        by=Viewer("operator", None, users["operator2"]),
        clock=clock,
    )


def _statement(name: str, number: int) -> OrganisationStatement:
    body = f"91330100DEM{number:06}"
    return OrganisationStatement(
        body + check_character(body),
        name,
        "Demo",
        f"+86 571 0000 {number:04}",
        f"office{number}@example.cn",
        frozenset(),
        of_operator=False,
    )


def _page(words: str) -> bytes:
    """The smallest file that is a PDF, with its words in a remark."""
    return (
        f"%PDF-1.7\n% {words}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode()
