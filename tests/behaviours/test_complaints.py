"""Complaints by themselves: steps, clocks, numbers, and counts in which nobody is found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from behaviours.complainants import ComplaintNeedsAccount, ContactData, check_without_account
from behaviours.complaint_about import check_about
from behaviours.complaint_numbers import new_number, read_number
from behaviours.complaint_refusals import (
    ComplaintActionWrong,
    ComplaintEnded,
    ComplaintIncomplete,
    ComplaintNotYours,
    ComplaintOutcomeWrong,
    ComplaintStateWrong,
    DecidedBySame,
    HandedOverWrong,
    UnknownComplaint,
)
from behaviours.complaint_statistics import LEAST, CellCount, told
from behaviours.complaint_terms import USUAL
from behaviours.complaints import (
    BY_TIME,
    ENDED,
    MISSING_CREDIT,
    OPEN,
    REDEMPTION,
    STATES,
    STEPS,
    WRONG_CREDIT,
    About,
    Answerer,
    Complaint,
    ComplaintOutcome,
    Deadlines,
    answerer_of,
)
from behaviours.viewer import Viewer
from behaviours.working_days import CN, WorkingDays
from tests.behaviours.builders import an_accepted_action

PERSON, PROVIDER_ID, MERCHANT_ID = (UUID(int=each) for each in (1, 2, 3))
DEADLINES = Deadlines(USUAL, WorkingDays(CN), ZoneInfo("Asia/Shanghai"))
# A Friday evening in China; the Monday after it is the first working day.
FILED_AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
WHO = {
    "participant": Viewer("participant", PERSON, UUID(int=10)),
    "provider": Viewer("provider", PROVIDER_ID, PROVIDER_ID),
    "operator": Viewer("operator", None, UUID(int=11)),
    "authority": Viewer("authority", None, UUID(int=12)),
    "platform": Viewer("platform", None),
}
REFUSAL = ComplaintOutcome("refuse", "not_done")


def a_complaint(**changes: Any) -> Complaint:
    given: dict[str, Any] = {
        "participant_id": PERSON,
        "complaint_id": UUID(int=4),
        "region": "CN-33",
        "number": "TPH-C20260306-00000001-00",
        "about": About(MISSING_CREDIT, "metro_ride", date(2026, 3, 5), provider_id=PROVIDER_ID),
        "answerer": Answerer("provider", PROVIDER_ID),
        "filed_by": "participant",
        "filer_id": None,
        "filed_at": FILED_AT,
        "acknowledge_by": DEADLINES.after(FILED_AT, USUAL.acknowledge_days),
        "state": "filed",
        "due_at": DEADLINES.of_state("filed", FILED_AT),
    }
    return Complaint(**{**given, **changes})


def in_state(state: str) -> Complaint:
    ended = state in ENDED
    return a_complaint(
        state=state,
        due_at=None if ended else FILED_AT + timedelta(days=30),
        ended_at=FILED_AT if ended else None,
    )


def test_clocks_are_working_days_of_the_programme_and_end_with_the_day():
    # Friday 6 March: Monday and Tuesday, then midnight in China.
    assert a_complaint().acknowledge_by == datetime(2026, 3, 10, 16, tzinfo=UTC)
    # 30 September 2026: the holiday ends on 7 October, and Saturday 10 October is worked.
    before = datetime(2026, 9, 30, 4, tzinfo=UTC)
    assert DEADLINES.calendar.later(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert DEADLINES.after(before, 3) == datetime(2026, 10, 10, 16, tzinfo=UTC)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", WHO)
def test_every_step_of_everybody_from_every_state(state, step, role):
    complaint, rule = in_state(state), STEPS[step]
    outcome = {"reply": REFUSAL, "decide": REFUSAL}.get(step)
    if step == "fulfil":
        outcome = ComplaintOutcome("credit", None, UUID(int=5))

    def moved() -> Complaint:
        return complaint.move(step, WHO[role], at=FILED_AT, deadlines=DEADLINES, verdict=outcome)

    # The programme does not answer what a provider must.
    mine = role in rule.by and not ("provider" in rule.by and role in ("operator", "authority"))
    assert (step in complaint.steps_of(WHO[role])) == (mine and state in rule.needs)
    if not mine:
        with pytest.raises(ComplaintNotYours):
            moved()
    elif state in ENDED:
        with pytest.raises(ComplaintEnded):
            moved()
    elif state not in rule.needs:
        with pytest.raises(ComplaintStateWrong):
            moved()
    else:
        after = moved()
        assert after.state == rule.leads_to
        assert (after.due_at is not None) == (after.state in OPEN) == (after.ended_at is None)


def test_strangers_take_no_step_and_see_nothing():
    stranger = Viewer("provider", MERCHANT_ID, MERCHANT_ID)
    other = Viewer("participant", MERCHANT_ID, UUID(int=20))
    assert not a_complaint().is_visible_to(stranger)
    assert not a_complaint().is_visible_to(other)
    assert a_complaint(filer_id=MERCHANT_ID).is_visible_to(stranger)
    for who, step in ((stranger, "reply"), (other, "withdraw")):
        with pytest.raises(ComplaintNotYours):
            a_complaint().move(step, who, at=FILED_AT, deadlines=DEADLINES, verdict=None)


def test_time_moves_what_it_moves_at_the_moment_of_its_clock():
    for state in STATES:
        late = in_state(state)
        due = late.due_at
        moved = late.as_of(FILED_AT + timedelta(days=300), DEADLINES)
        if state not in BY_TIME:
            assert moved is late
            continue
        assert due is not None
        assert moved.state == STEPS[BY_TIME[state]].leads_to
        assert late.as_of(due - timedelta(seconds=1), DEADLINES) is late
        assert late.as_of(due, DEADLINES) == moved
        if moved.is_open:
            assert moved.due_at == DEADLINES.after(due, USUAL.decide_days)
        else:
            assert moved.ended_at == due


def test_who_answered_does_not_decide():
    both = Answerer("programme", None)
    answered = a_complaint(answerer=both).move(
        "reply", WHO["authority"], at=FILED_AT, deadlines=DEADLINES, verdict=REFUSAL
    )
    taken = answered.move("escalate", WHO["participant"], at=FILED_AT, deadlines=DEADLINES)
    for step, verdict in (("decide", REFUSAL), ("uphold", None)):
        with pytest.raises(DecidedBySame):
            taken.move(step, WHO["authority"], at=FILED_AT, deadlines=DEADLINES, verdict=verdict)
        another = Viewer("authority", None, UUID(int=99))
        taken.move(step, another, at=FILED_AT, deadlines=DEADLINES, verdict=verdict)


@pytest.mark.parametrize(
    ("outcome", "case"),
    [
        (ComplaintOutcome("correct"), "outcome"),
        (ComplaintOutcome("refuse"), "reason"),
        (ComplaintOutcome("credit", "not_done", UUID(int=5)), "reason"),
        (ComplaintOutcome("credit"), "action"),
        (ComplaintOutcome("refuse", "not_done", UUID(int=5)), "action"),
    ],
)
def test_an_outcome_is_of_its_kind_and_names_what_it_needs(outcome, case):
    with pytest.raises(ComplaintOutcomeWrong) as refused:
        a_complaint().move(
            "reply", WHO["provider"], at=FILED_AT, deadlines=DEADLINES, verdict=outcome
        )
    assert refused.value.case == case


@pytest.mark.parametrize(
    ("about", "case"),
    [
        (About(MISSING_CREDIT, "metro_ride", provider_id=PROVIDER_ID), "missing"),
        (About(WRONG_CREDIT), "missing"),
        (About("other", action_id=PERSON), "not_of_kind"),
        (About(REDEMPTION), "one_of_two"),
        (About(REDEMPTION, redemption_id=PERSON, offer_id=PERSON), "one_of_two"),
        (About(MISSING_CREDIT, "r", date(2026, 3, 7), provider_id=PROVIDER_ID), "future"),
    ],
)
def test_what_a_kind_needs_is_named(about, case):
    with pytest.raises(ComplaintIncomplete) as refused:
        check_about(about, today=date(2026, 3, 6))
    assert refused.value.case == case


def test_who_must_answer_is_who_can_put_it_right():
    wrong = About(WRONG_CREDIT, action_id=PERSON)
    assert answerer_of(wrong._replace(provider_id=PROVIDER_ID), None).role == "provider"
    assert answerer_of(wrong, None).role == "programme"
    assert answerer_of(About(REDEMPTION), MERCHANT_ID) == ("merchant", MERCHANT_ID)
    assert answerer_of(About("personal_data"), None).role == "programme"


def test_a_number_is_read_in_any_case_and_a_slip_is_noticed():
    number = new_number("TPH", date(2026, 3, 6))
    assert number.startswith("TPH-C20260306-")
    assert read_number(f" {number.lower()} ") == number
    slips = [
        number[:at] + other + number[at + 1 :]
        for at in range(len("TPH-C"), len(number))
        for other in "0123456789"
        if number[at].isdigit() and number[at] != other
    ]
    slips += [
        number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        for at in range(len("TPH-C20260306-"), len(number) - 4)
        if number[at] != number[at + 1]
    ]
    for slip in slips:
        with pytest.raises(UnknownComplaint) as refused:
            read_number(slip)
        assert refused.value.case == "check_digits", slip
    for text in ("", "C20260306", f"{number}0", number.replace("-", "")):
        with pytest.raises(UnknownComplaint):
            read_number(text)


def counts(**cells: int) -> Any:
    counted = [CellCount("points", cell, many, 3) for cell, many in cells.items()]
    return next(each for each in told(counted) if each.kind == "points")


def test_no_cell_tells_of_few_people_nor_lets_it_be_reckoned():
    few = counts(correct=LEAST - 1)
    assert few.received is None
    assert {cell.complaints for cell in few.cells.values()} == {None}
    # One small cell alone would be the difference of the rest to the whole.
    one = counts(correct=20, refuse=7, in_time=2)
    assert one.received == 29
    hidden = {name for name, cell in one.cells.items() if cell.complaints is None}
    assert hidden == {"in_time", "refuse"}
    assert one.cells["correct"] == (20, 3)
    two = counts(correct=20, refuse=7, in_time=2, withdrawn=1)
    assert {name for name, cell in two.cells.items() if cell.complaints is None} == {
        "in_time",
        "withdrawn",
    }
    assert counts().received == 0
    assert counts(refuse=9).cells["refuse"] == (9, 3)


def test_an_answered_complaint_is_closed_by_accepting_and_an_open_one_by_withdrawing() -> None:
    answered = a_complaint(state="replied", due_at=FILED_AT)
    assert answered.step_of("close") == "accept"
    assert a_complaint().step_of("close") == "withdraw"
    assert a_complaint().step_of("escalate") == "escalate"


def test_somebody_who_let_a_clock_run_out_is_seen() -> None:
    filed = a_complaint()
    assert not filed.is_overdue(FILED_AT)
    assert filed.is_overdue(filed.acknowledge_by)
    answered = a_complaint(state="replied", due_at=FILED_AT)
    assert not answered.is_overdue(FILED_AT + timedelta(days=99)), "that clock is the person's own"


def test_a_complaint_is_handed_over_to_somebody_else_while_the_clocks_run() -> None:
    filed, programme = a_complaint(), Answerer("programme", None)
    moved = filed.hand_over(programme, WHO["provider"])
    assert (moved.answerer, moved.due_at) == (programme, filed.due_at)
    with pytest.raises(HandedOverWrong):
        filed.hand_over(filed.answerer, WHO["provider"])
    with pytest.raises(ComplaintNotYours):
        filed.hand_over(programme, WHO["operator"])
    with pytest.raises(ComplaintStateWrong):
        a_complaint(state="replied").hand_over(programme, WHO["provider"])
    with pytest.raises(ComplaintEnded):
        a_complaint(state="withdrawn", due_at=None).hand_over(programme, WHO["provider"])


def test_who_leaves_changes_no_count_of_before() -> None:
    later = FILED_AT + timedelta(days=30)
    step, ended = a_complaint().leave(later)
    assert (step, ended.ended_at, ended.due_at) == ("leave", later, None)
    step, settled = a_complaint(state="replied", due_at=FILED_AT).leave(later)
    assert (step, settled.ended_at) == ("settle", FILED_AT)


def test_what_was_recorded_for_it_is_what_was_missing() -> None:
    about = an_accepted_action("metro_ride")
    missing = a_complaint(
        about=About(MISSING_CREDIT, "metro_ride", about.occurred_on, provider_id=PROVIDER_ID)
    )
    zone = DEADLINES.zone
    recorded = SimpleNamespace(
        participant_id=PERSON, behaviour="metro_ride", occurred_at=about.action.occurred_at,
        state="quantified",
    )  # fmt: skip
    missing.check_recorded(recorded, zone)  # type: ignore[arg-type]
    for change, case in (
        ({"participant_id": MERCHANT_ID}, "person"),
        ({"behaviour": "bus_ride"}, "behaviour"),
        ({"occurred_at": about.action.occurred_at - timedelta(days=1)}, "day"),
        ({"state": "held"}, "state"),
    ):
        with pytest.raises(ComplaintActionWrong) as caught:
            missing.check_recorded(SimpleNamespace(**{**vars(recorded), **change}), zone)  # type: ignore[arg-type]
        assert caught.value.case == case


def test_how_somebody_is_reached_is_told_to_the_programme_and_to_themselves() -> None:
    contact = ContactData("Ms Chen", "138")
    assert contact.told_to(WHO["operator"], whose=WHO["participant"]) is contact
    assert contact.told_to(WHO["participant"], whose=WHO["participant"]) is contact
    assert contact.told_to(WHO["provider"], whose=WHO["participant"]) is None


def test_what_is_about_an_action_is_complained_about_from_the_account() -> None:
    check_without_account(About("personal_data"))
    with pytest.raises(ComplaintNeedsAccount):
        check_without_account(About(MISSING_CREDIT))
