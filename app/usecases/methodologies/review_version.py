"""Review a filed version: an expert without an interest in it approves it or sends it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.ids import public
from app.store.database import Connection
from app.store.methodologies.steps import writers_of
from app.store.methodologies.versions import Kept, move, read_kept
from app.store.organisations.organisations import organisation
from app.usecases.methodologies.refusals import ConflictOfInterest
from app.usecases.methodologies.standing import Actor, note, version_at


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the expert declares of themselves, and answers for."""

    employer: str
    belongs_to_applicant: bool
    took_part_in_drafting: bool
    other_interest: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """``approves`` or sends back, with the reasons."""

    approves: bool
    reasons: str


def review_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    opinion: Opinion,
    declaration: Declaration,
    by: Actor,
    now: datetime,
) -> Kept:
    """Record the opinion: reviewed when it approves, a draft again when it does not.

    Raises UnknownId, LifecycleConflict, ConflictOfInterest.
    """
    kept = version_at(connection, code, version, "filed")
    assert kept.application is not None, f"{kept.label} is filed without an application"
    _check_interests(connection, kept, kept.application, declaration, by)
    state = "reviewed" if opinion.approves else "draft"
    said = {
        "opinion": "approve" if opinion.approves else "return",
        "reasons": opinion.reasons,
        "declaration": asdict(declaration),
    }
    note(connection, kept, "review", by=by, state=state, now=now, details=said)
    move(connection, kept, state=state, reopened=not opinion.approves)
    reviewed = read_kept(connection, code, version)
    assert reviewed is not None
    return reviewed


def _check_interests(
    connection: Connection,
    kept: Kept,
    application: Mapping[str, Any],
    declared: Declaration,
    by: Actor,
) -> None:
    applicants = {_plain(application["applicant"])}
    own = {_plain(declared.employer)}
    if by.organisation_id is not None:
        own_one = organisation(connection, by.organisation_id)
        own |= {_plain(own_one.name)} if own_one else set()
    same_organisation = by.organisation_id is not None and application["applicant_id"] == public(
        "org", by.organisation_id
    )
    if by.user_id in writers_of(connection, kept.code, kept.version):
        problem, pointer = "You wrote on this document", ""
    elif same_organisation or own & applicants:
        problem, pointer = "You belong to the applicant", "/declaration/employer"
    elif declared.belongs_to_applicant:
        problem = "You declare that you belong to the applicant"
        pointer = "/declaration/belongs_to_applicant"
    elif declared.took_part_in_drafting:
        problem = "You declare that you took part in the drafting"
        pointer = "/declaration/took_part_in_drafting"
    elif declared.other_interest:
        problem, pointer = "You declare another interest", "/declaration/other_interest"
    else:
        return
    raise ConflictOfInterest(
        f"{problem}, so that the review has to be another expert's.", pointer=pointer
    )


def _plain(name: str) -> str:
    """A name as people compare names: without case, blanks and brackets of either width."""
    return "".join(character for character in name.casefold() if character.isalnum())
