"""An organisation hands over its papers, one person assesses them, and two others admit it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.admission import (
    ADMIT,
    ADMITTED,
    APPLIED,
    ASSESSED,
    DECLINE,
    HAND_IN,
    STATES,
    STEPS,
    WITHDRAW,
    ApplicationDecided,
    OrganisationApplication,
    OrganisationStatement,
    UnknownApplication,
)
from behaviours.organisation_papers import (
    ASSESSMENT,
    OVER,
    STATEMENT,
    ApplicationIncomplete,
    AssessmentUnfit,
    AssessorAdmits,
    AssessorHandedIn,
    DocumentJudgement,
    DocumentsChanged,
    OrganisationContract,
    OrganisationDocument,
    OrganisationPapers,
    ReportsUnfit,
    check_reports,
)
from behaviours.organisations import PROVIDER
from behaviours.paper_formats import MOST_BYTES, DocumentUnfit, check_document
from behaviours.paper_kinds import BUSINESS_LICENCE, CONTRACT, DOCUMENT_KINDS
from behaviours.viewer import Viewer

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
TODAY = date(2026, 6, 1)
METRO, OTHER = UUID(int=100), UUID(int=200)
CLERK, ASSESSOR, SIGNER = (UUID(int=each) for each in (1, 2, 3))
CONTRACT_OF_A_YEAR = OrganisationContract("C-1", TODAY, date(2027, 5, 31))
SAID = OrganisationStatement(
    "91350100M000100Y43", "Metro Ltd", "Li", "0591-1", "li@example.cn", frozenset(), False
)
PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def an_application(state: str = APPLIED, **changes: object) -> OrganisationApplication:
    made = OrganisationApplication(
        METRO, PROVIDER, "Metro", False, state, NOW, statement=SAID, stated_by=CLERK
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def a_document(number: int, kind: str, by: UUID = CLERK) -> OrganisationDocument:
    return OrganisationDocument(
        UUID(int=number), METRO, kind, "application/pdf", 9, bytes([number] * 32), by, NOW
    )


def papers(
    application: OrganisationApplication | None = None, *, kinds: tuple[str, ...] = DOCUMENT_KINDS
) -> OrganisationPapers:
    handed_in = tuple(a_document(10 + at, kind) for at, kind in enumerate(kinds))
    return OrganisationPapers(application or an_application(), handed_in, ())


def judged(of: OrganisationPapers, refused: str = "") -> list[DocumentJudgement]:
    return [
        DocumentJudgement(each.document_id, each.kind != refused, "unreadable" if refused else None)
        for each in of.current.values()
    ]


def assessed(of: OrganisationPapers, refused: str = "") -> OrganisationPapers:
    """The papers after an assessment that refuses one kind of document, or none."""
    contract = None if refused else CONTRACT_OF_A_YEAR
    moved, found = of.assess(judged(of, refused), contract, "Read.", by=ASSESSOR, now=NOW)
    return OrganisationPapers(moved, of.documents, (*of.assessments, found))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(STEPS))
def test_an_application_moves_as_its_table_says(step: str, state: str) -> None:
    application = an_application(state)
    if state not in STEPS[step].needs:
        with pytest.raises(ApplicationDecided):
            application.move(step, now=NOW)
        return
    moved = application.move(step, now=NOW)
    assert moved.state == STEPS[step].leads_to
    if moved.is_open:
        # What was signed of the one before counts for nothing.
        assert (moved.revision, moved.decided_at) == (application.revision + 1, None)
    else:
        assert (moved.revision, moved.decided_at) == (application.revision, NOW)


def test_another_statement_takes_the_place_of_the_one_before_and_is_assessed_anew() -> None:
    changed = replace(SAID, group="Transit Group")
    moved = an_application(ASSESSED).stating(changed, by=OTHER, now=NOW)
    assert (moved.state, moved.statement, moved.stated_by) == (APPLIED, changed, OTHER)
    assert changed.has_ties
    assert not SAID.has_ties
    assert replace(SAID, of_operator=True).has_ties


def test_a_sandbox_assesses_nobody() -> None:
    moved = an_application().unassessed(now=NOW)
    assert (moved.state, moved.before_assessment, moved.decided_at) == (ADMITTED, True, NOW)


def test_an_application_is_seen_by_the_programme_and_by_whose_it_is() -> None:
    for viewer in (Viewer("operator", None, SIGNER), Viewer("applicant", METRO, CLERK)):
        an_application().check_seen_by(viewer)
    with pytest.raises(UnknownApplication):
        an_application().check_seen_by(Viewer("applicant", OTHER, CLERK))


def test_everything_that_is_missing_is_named_at_once() -> None:
    bare = papers(an_application(statement=None), kinds=())
    assert bare.lacking(today=TODAY) == [STATEMENT, *DOCUMENT_KINDS]
    assert papers().lacking(today=TODAY) == [ASSESSMENT]
    assert assessed(papers()).lacking(today=TODAY) == []
    assert assessed(papers()).lacking(today=date(2027, 6, 1)) == [OVER.format(CONTRACT)]


def test_the_newest_of_a_kind_counts() -> None:
    newer = a_document(20, BUSINESS_LICENCE)
    first = papers()
    both = OrganisationPapers(first.application, (*first.documents, newer), ())
    assert both.current[BUSINESS_LICENCE] is newer
    assert both.handing_in(newer, now=NOW) is None, "it is the one that counts already"
    moved = both.handing_in(a_document(21, BUSINESS_LICENCE), now=NOW)
    assert moved is not None
    assert moved.revision == 2
    with pytest.raises(ApplicationDecided):
        papers(an_application(ADMITTED)).handing_in(newer, now=NOW)


def test_a_document_that_was_refused_is_missing_until_another_takes_its_place() -> None:
    refused = assessed(papers(), refused=BUSINESS_LICENCE)
    assert refused.application.state == APPLIED
    assert refused.assessment is not None
    assert not refused.assessment.passed
    assert refused.lacking(today=TODAY) == [f"{BUSINESS_LICENCE}_refused"]
    judgement = refused.judgement_of(refused.current[BUSINESS_LICENCE].document_id)
    assert judgement is not None
    assert judgement.reason == "unreadable"
    again = OrganisationPapers(
        refused.application.move(HAND_IN, now=NOW),
        (*refused.documents, a_document(20, BUSINESS_LICENCE)),
        refused.assessments,
    )
    assert again.judgement_of(UUID(int=20)) is None
    assert again.lacking(today=TODAY) == [ASSESSMENT]
    assert assessed(again).lacking(today=TODAY) == []


def test_an_assessment_is_of_all_that_counts_and_by_nobody_who_handed_it_in() -> None:
    whole = papers()
    with pytest.raises(ApplicationIncomplete) as caught:
        papers(kinds=(BUSINESS_LICENCE,)).assess([], None, "", by=ASSESSOR, now=NOW)
    assert caught.value.facts["lacking"] == list(DOCUMENT_KINDS[1:])
    with pytest.raises(DocumentsChanged):
        whole.assess(judged(whole)[1:], CONTRACT_OF_A_YEAR, "", by=ASSESSOR, now=NOW)
    for own in (CLERK, OTHER):
        application = an_application(stated_by=own)
        with pytest.raises(AssessorHandedIn):
            papers(application).assess(judged(whole), CONTRACT_OF_A_YEAR, "", by=own, now=NOW)


def test_an_assessment_leaves_nothing_open() -> None:
    whole = papers()
    backwards = CONTRACT_OF_A_YEAR._replace(ends_on=TODAY - timedelta(days=1))
    silent = [each._replace(accepted=False, reason=None) for each in judged(whole)]
    for judgements, contract, case in (
        (silent, None, "reason"),
        (judged(whole), None, "contract"),
        (judged(whole), backwards, "contract_dates"),
    ):
        with pytest.raises(AssessmentUnfit) as caught:
            whole.assess(judgements, contract, "", by=ASSESSOR, now=NOW)
        assert caught.value.case == case


def test_whoever_assessed_does_not_admit() -> None:
    ready = assessed(papers())
    ready.check_admitted_by(SIGNER, today=TODAY)
    with pytest.raises(AssessorAdmits):
        ready.check_admitted_by(ASSESSOR, today=TODAY)
    with pytest.raises(ApplicationIncomplete):
        papers().check_admitted_by(SIGNER, today=TODAY)
    # Of what is decided the move itself says so.
    decided = OrganisationPapers(ready.application.move(ADMIT, now=NOW), (), ())
    decided.check_admitted_by(ASSESSOR, today=TODAY)
    for step in (WITHDRAW, DECLINE):
        assert not ready.application.move(step, now=NOW).is_open


def test_scenes_are_for_providers_and_come_with_words() -> None:
    asks = replace(SAID, scenes=("travel",), reports="Rides, by the gates.")
    check_reports(PROVIDER, asks)
    check_reports("merchant", SAID)
    with pytest.raises(ReportsUnfit) as caught:
        check_reports("merchant", asks)
    assert caught.value.case == "not_a_provider"
    with pytest.raises(ReportsUnfit) as caught:
        check_reports(PROVIDER, replace(asks, reports=None))
    assert caught.value.case == "words"


@pytest.mark.parametrize(
    ("content", "stated", "case"),
    [
        (b"", "application/pdf", "empty"),
        (PDF + bytes(MOST_BYTES), "application/pdf", "too_large"),
        (b"MZ\x90 not a paper", "application/pdf", "format"),
        (PDF, "image/png", "other_format"),
    ],
)
def test_a_paper_is_what_it_is_said_to_be(content: bytes, stated: str, case: str) -> None:
    check_document(PDF, "application/pdf", pointer="/content")
    with pytest.raises(DocumentUnfit) as caught:
        check_document(content, stated, pointer="/content")
    assert (caught.value.case, caught.value.pointer) == (case, "/content")
