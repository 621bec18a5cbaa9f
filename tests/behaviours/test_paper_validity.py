"""Papers are good until a day; what follows is decided of papers and standing as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from behaviours.admission import ADMITTED, APPLIED, CLOSED as APPLICATION_CLOSED, ApplicationDecided
from behaviours.document import DocumentError, DocumentOrigin, Part, ValueLines
from behaviours.organisation_papers import (
    NOT_BEGUN,
    OVER,
    AssessmentUnfit,
    AssessorHandedIn,
    DocumentJudgement,
    OrganisationContract,
    OrganisationDocument,
    OrganisationPapers,
    UnknownDocument,
)
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_formats import DocumentUnfit, check_days
from behaviours.paper_kinds import AUTHORISATION, BUSINESS_LICENCE, CONTRACT
from behaviours.paper_renewals import (
    NewRenewalJudgement,
    RenewalDecided,
    judge_renewal,
    renewing,
)
from behaviours.paper_terms import PaperTerms, read_paper_terms
from behaviours.paper_validity import (
    ListedPaper,
    RunningPaper,
    moved_by_papers,
    run_out,
    running_papers,
)
from behaviours.standing import (
    ACTIVE,
    EXPIRE_PAPERS,
    PAPERS_EXPIRED,
    RENEW_PAPERS,
    STANDINGS,
    OrganisationClosed,
    OrganisationPapersExpired,
    OrganisationStanding,
    OrganisationSuspended,
    check_take_part,
)
from tests.behaviours.test_organisation_papers import (
    ASSESSOR,
    CLERK,
    METRO,
    NOW,
    SIGNER,
    TODAY,
    a_document,
    an_application,
    assessed,
    papers,
)

TERMS = PaperTerms(30, 14)
STANDING = OrganisationStanding(METRO, "provider", "Metro", ACTIVE, 1, None)
DAY = timedelta(days=1)


def a_paper(kind: str = CONTRACT, runs_out_on: date = TODAY) -> RunningPaper:
    return RunningPaper(METRO, kind, UUID(int=9), runs_out_on, runs_out_on)


def part(tree: object) -> Part:
    return Part(tree, DocumentOrigin("programme.yaml", DocumentError, ValueLines()))  # type: ignore[arg-type]


def admitted() -> OrganisationPapers:
    """Papers of an organisation that takes part, with a contract of a year from today."""
    return replace(assessed(papers()), application=an_application(ADMITTED))


def handed_in(number: int, kind: str, **days: date) -> OrganisationDocument:
    return a_document(number, kind)._replace(renewal=True, **days)


def with_renewal(document: OrganisationDocument) -> OrganisationPapers:
    before = admitted()
    return replace(before, documents=(*before.documents, document))


def accepting(
    of: OrganisationPapers,
    number: int,
    contract: OrganisationContract | None = None,
    *,
    by: UUID = ASSESSOR,
    today: date = TODAY,
    accepted: bool = True,
    reason: str | None = None,
) -> OrganisationPapers:
    """The papers once the document was judged."""
    said = NewRenewalJudgement(DocumentJudgement(UUID(int=number), accepted, reason), contract)
    found = judge_renewal(of, said, by=by, today=today, now=NOW)
    return replace(of, renewals=(*of.renewals, found))


@pytest.mark.parametrize("state", STANDINGS)
@pytest.mark.parametrize(("late", "is_over"), [(0, False), (14, False), (15, True), (400, True)])
def test_a_paper_is_over_on_the_first_day_after_its_grace(
    late: int, is_over: bool, state: str
) -> None:
    standing, on = replace(STANDING, state=state), TODAY + late * DAY
    assert run_out("provider", [a_paper()], TERMS, today=on) == [CONTRACT] * is_over
    moved = moved_by_papers(standing, [a_paper()], TERMS, today=on, now=NOW)
    expected = {(ACTIVE, True): EXPIRE_PAPERS, (PAPERS_EXPIRED, False): RENEW_PAPERS}
    step = expected.get((state, is_over))
    assert (moved and moved[1]) == step
    if moved is not None:
        assert moved[0].revision == standing.revision + 1
        assert moved[0].changed_at == NOW
        assert moved[0].takes_part == (step == RENEW_PAPERS)


def test_what_an_organisation_can_do_without_stops_nobody_and_is_listed_so() -> None:
    on, paper = TODAY + 400 * DAY, a_paper(AUTHORISATION)
    assert run_out("provider", [paper], TERMS, today=on) == []
    listed = ListedPaper(paper, "provider", "Metro", ACTIVE, None)
    assert listed.stops_on(TERMS) is None
    needed = listed._replace(paper=a_paper())
    assert needed.stops_on(TERMS) == TODAY + 15 * DAY
    assert needed.place == (TODAY, METRO, CONTRACT)
    strict = PaperTerms(30, 0, {**TERMS.needed, "provider": (AUTHORISATION,)})
    assert run_out("provider", [paper, a_paper()], strict, today=TODAY + DAY) == [AUTHORISATION]
    assert run_out("provider", [paper], strict, today=TODAY) == []


def test_nothing_new_begins_with_whose_papers_ran_out_and_they_come_in() -> None:
    expired = replace(STANDING, state=PAPERS_EXPIRED)
    with pytest.raises(OrganisationPapersExpired) as caught:
        check_take_part([STANDING, expired])
    assert caught.value.facts["name"] == "Metro"
    expired.check_comes_in()
    for state, refusal in (("suspended", OrganisationSuspended), ("closed", OrganisationClosed)):
        with pytest.raises(refusal):
            replace(STANDING, state=state).check_comes_in()


def test_a_programme_states_its_own_terms_and_what_it_leaves_out_is_the_usual() -> None:
    usual = read_paper_terms(None)
    assert (usual.listed_within_days, usual.grace_days) == (30, 14)
    assert usual.needed == dict.fromkeys(ORGANISATION_KINDS, (BUSINESS_LICENCE, CONTRACT))
    own = read_paper_terms(part({"grace_days": "0", "needed": {"verifier": [AUTHORISATION]}}))
    assert (own.listed_within_days, own.grace_days) == (30, 0)
    assert own.needs("verifier", AUTHORISATION)
    assert not own.needs("verifier", CONTRACT)
    assert own.needs("merchant", CONTRACT)
    for wrong in (
        {"grace_days": "-1"},
        {"listed_within_days": "0"},
        {"needed": {"bakery": []}},
        {"needed": {"merchant": ["photograph"]}},
        {"grace": "3"},
    ):
        with pytest.raises(DocumentError):
            read_paper_terms(part(wrong))


def test_a_document_ends_after_it_begins() -> None:
    check_days(TODAY, TODAY, pointer="/valid_until")
    check_days(None, TODAY, pointer="/valid_until")
    with pytest.raises(DocumentUnfit) as caught:
        check_days(TODAY, TODAY - DAY, pointer="/valid_until")
    assert (caught.value.case, caught.value.pointer) == ("dates", "/valid_until")


def test_who_applies_has_papers_that_are_good_today() -> None:
    first = papers()
    for days, lack in (
        ({"valid_until": TODAY - DAY}, OVER),
        ({"valid_from": TODAY + DAY}, NOT_BEGUN),
    ):
        odd = first.documents[0]._replace(**days)
        ready = assessed(replace(first, documents=(odd, *first.documents[1:])))
        assert ready.lacking(today=TODAY) == [lack.format(BUSINESS_LICENCE)]
        assert ready.lacking(today=next(iter(days.values()))) == []


def test_a_contract_is_assessed_as_its_document_says() -> None:
    first = papers()
    dated = first.documents[1]._replace(valid_until=date(2027, 5, 30))
    with pytest.raises(AssessmentUnfit) as caught:
        assessed(replace(first, documents=(first.documents[0], dated, first.documents[2])))
    assert caught.value.case == "contract_other_dates"
    assert caught.value.facts["ends_on"] == "2027-05-30"


def test_a_newer_document_counts_once_it_is_accepted_and_the_one_before_stays() -> None:
    newer = handed_in(20, BUSINESS_LICENCE, valid_until=date(2030, 1, 31))
    waiting = with_renewal(newer)
    assert waiting.current[BUSINESS_LICENCE].document_id == UUID(int=10)
    assert waiting.waiting == [newer]
    assert waiting.runs_out_on(BUSINESS_LICENCE) is None
    done = accepting(waiting, 20)
    assert done.current[BUSINESS_LICENCE] == newer
    assert done.waiting == []
    assert len(done.documents) == 4
    judged = done.judgement_of(newer.document_id)
    assert judged is not None
    assert judged.accepted
    assert {each.kind: each.runs_out_on for each in running_papers(done)} == {
        BUSINESS_LICENCE: date(2030, 1, 31),
        CONTRACT: date(2027, 5, 31),
    }
    refused = accepting(waiting, 20, accepted=False, reason="blurred")
    assert refused.current[BUSINESS_LICENCE].document_id == UUID(int=10)
    assert refused.waiting == []


def test_another_contract_states_its_number_and_days() -> None:
    another = OrganisationContract("C-2", date(2027, 6, 1), date(2028, 5, 31))
    waiting = with_renewal(handed_in(20, CONTRACT))
    done = accepting(waiting, 20, another)
    assert done.contract == another
    assert done.runs_out_on(CONTRACT) == date(2028, 5, 31)
    refused = accepting(waiting, 20, another, accepted=False, reason="unsigned")
    assert refused.contract is not None
    assert refused.contract.number == "C-1"


def test_who_takes_part_hands_in_what_waits_and_the_same_once() -> None:
    of = admitted()
    newer = a_document(20, CONTRACT)
    waits = renewing(of, newer)
    assert waits is not None
    assert waits.renewal
    assert renewing(with_renewal(waits), newer) is None
    for state in (APPLIED, APPLICATION_CLOSED):
        with pytest.raises(ApplicationDecided):
            renewing(replace(of, application=an_application(state)), newer)


@pytest.mark.parametrize(
    ("case", "document", "contract", "today"),
    [
        ("contract", handed_in(20, CONTRACT), None, TODAY),
        (
            "contract_dates",
            handed_in(20, CONTRACT),
            OrganisationContract("C", TODAY, TODAY - DAY),
            TODAY,
        ),
        (
            "over",
            handed_in(20, CONTRACT),
            OrganisationContract("C", date(2020, 1, 1), TODAY - DAY),
            TODAY,
        ),
        ("over", handed_in(20, AUTHORISATION, valid_until=TODAY - DAY), None, TODAY),
        # The day after the last one of the contract before is 1 June 2027.
        (
            "begins_later",
            handed_in(20, CONTRACT),
            OrganisationContract("C", date(2027, 6, 2), date(2028, 1, 1)),
            TODAY,
        ),
        # Once that ran out, the new one must have begun.
        (
            "begins_later",
            handed_in(20, CONTRACT),
            OrganisationContract("C", date(2027, 7, 2), date(2028, 1, 1)),
            date(2027, 7, 1),
        ),
    ],
)
def test_what_is_accepted_is_good_and_leaves_no_day_without(
    case: str,
    document: OrganisationDocument,
    contract: OrganisationContract | None,
    today: date,
) -> None:
    with pytest.raises(AssessmentUnfit) as caught:
        accepting(with_renewal(document), 20, contract, today=today)
    assert caught.value.case == case


def test_a_paper_that_never_ran_out_leaves_no_gap() -> None:
    later = handed_in(20, AUTHORISATION, valid_from=TODAY + 90 * DAY)
    assert accepting(with_renewal(later), 20).current[AUTHORISATION] == later
    nothing = replace(admitted(), documents=(later,), assessments=())
    with pytest.raises(AssessmentUnfit) as caught:
        accepting(nothing, 20)
    assert caught.value.case == "begins_later", "nothing covers the days until then"


def test_only_what_waits_is_assessed_and_by_nobody_who_handed_it_in() -> None:
    waiting = with_renewal(handed_in(20, AUTHORISATION))
    with pytest.raises(UnknownDocument):
        accepting(waiting, 99)
    with pytest.raises(AssessorHandedIn):
        accepting(waiting, 20, by=CLERK)
    with pytest.raises(AssessmentUnfit) as silent:
        accepting(waiting, 20, accepted=False)
    assert silent.value.case == "reason"
    closed = replace(waiting, application=an_application(APPLICATION_CLOSED))
    with pytest.raises(ApplicationDecided):
        accepting(closed, 20)
    newest = handed_in(21, AUTHORISATION)
    for of, number, case in (
        (waiting, 10, "first"),
        (accepting(waiting, 20), 20, "judged"),
        (replace(waiting, documents=(*waiting.documents, newest)), 20, "replaced"),
    ):
        with pytest.raises(RenewalDecided) as caught:
            accepting(of, number, by=SIGNER)
        assert caught.value.case == case
