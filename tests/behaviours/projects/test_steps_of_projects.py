"""The table of a project's life: where it leads, and who may not take a step."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from behaviours.projects.project import (
    APPLYING,
    DRAFT,
    HOLDING,
    LAPSING,
    ON_NOTICE,
    ON_REGISTER,
    OPEN,
    STATES,
    STEPS,
    ObjectionOpen,
    Project,
    ProjectStateConflict,
    ProjectStatement,
)
from behaviours.working_days import NoticeRunning

NOW = datetime(2027, 3, 1, tzinfo=UTC)
JUDGING = ("open_notice", "close_notice", "seat_validator", "pass", "return", "fail")
DECIDING = ("register", "refuse", "suspend", "resume", "deregister", "raise_findings")


def a_project(state: str) -> Project:
    said = ProjectStatement("n", "s", "CN-440800", "a.rule@1", "sha256:00")
    return Project(UUID(int=1), UUID(int=2), said, state, NOW, NOW)


def test_every_state_is_reached_from_a_draft_and_none_is_skipped() -> None:
    reached, edge = {DRAFT}, {DRAFT}
    while edge:
        edge = {step.leads_to for step in STEPS.values() if set(step.needs) & edge} - reached
        reached |= edge
    assert reached == {*STATES}


@pytest.mark.parametrize("state", [each for each in STATES if each not in (*OPEN, *ON_REGISTER)])
def test_what_is_over_is_over(state: str) -> None:
    for step in STEPS:
        with pytest.raises(ProjectStateConflict):
            a_project(state).move(step, now=NOW)


def test_the_owner_takes_no_step_that_judges() -> None:
    assert {*JUDGING, *DECIDING} <= STEPS.keys()
    for name in (*JUDGING, *DECIDING):
        assert APPLYING not in STEPS[name].by, name


def test_land_is_held_from_the_design_to_the_end_and_no_judgement_lapses() -> None:
    assert {*HOLDING} == {*OPEN[2:], *ON_REGISTER}
    assert {*OPEN} - {*LAPSING} == {"in_validation", "registration_requested"}


def test_a_notice_runs_to_the_end_of_its_last_day() -> None:
    last = date(2027, 3, 30)
    noticed = a_project("designed").on_notice("open_notice", 1, last, now=NOW)
    assert (noticed.state, noticed.is_public, noticed.takes_objections) == (ON_NOTICE, True, True)
    with pytest.raises(NoticeRunning):
        noticed.notice_closed((), today=last, now=NOW)
    over = date(2027, 3, 31)
    with pytest.raises(ObjectionOpen) as refused:
        noticed.notice_closed(["A", "B"], today=over, now=NOW)
    assert refused.value.facts["numbers"] == "A, B"
    closed = noticed.notice_closed((), today=over, now=NOW)
    assert (closed.state, closed.takes_objections, closed.is_public) == (
        "notice_closed",
        False,
        True,
    )


def test_the_last_period_is_issued_after_the_end_but_not_of_what_is_suspended() -> None:
    over = a_project("registered").move("complete", now=NOW)
    over.check_registered()
    stopped = over.move("suspend", now=NOW)
    for step in ("complete", "suspend"):
        with pytest.raises(ProjectStateConflict):
            stopped.move(step, now=NOW)
    with pytest.raises(ProjectStateConflict):
        stopped.check_registered()
    stopped.move("resume", now=NOW).move("complete", now=NOW)
