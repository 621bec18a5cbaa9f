"""A bundle's life: every step from every state, who may take it, and who sees what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from uuid import UUID

import pytest

from behaviours.viewer import Viewer
from behaviours.working_days import NoticeRunning
from rewards.pooling.bundle import (
    AUTHORITY,
    CANCEL,
    DRAFT,
    ISSUED,
    NOTICED,
    OPEN,
    OPERATOR,
    PLATFORM,
    PUBLISHED,
    RETURNED,
    SEALED,
    SELECTED,
    STATES,
    STEPS,
    VERIFIER,
    check_period,
    roles_for,
)  # fmt: skip
from rewards.pooling.refusals import (
    BadBundlePeriod,
    BundleStateConflict,
    NothingSelected,
)
from tests.builders.bundles import a_bundle

OWN, OTHER = UUID(int=7), UUID(int=8)


def who(role: str) -> Viewer:
    return PLATFORM if role == PLATFORM.role else Viewer(role, OWN if role == VERIFIER else None)


@pytest.mark.parametrize(("step", "state"), list(product(STEPS, STATES)))
def test_a_step_is_taken_from_its_own_states_and_refused_from_every_other(
    step: str, state: str
) -> None:
    needs, leads_to, (role, *_) = STEPS[step]
    if state in needs:
        assert a_bundle(state).move(step, by=who(role)).state == leads_to
        return
    with pytest.raises(BundleStateConflict) as refused:
        a_bundle(state).move(step, by=who(role))
    assert refused.value.facts == {"state": state, "needed": list(needs)}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_by_another_role_is_a_fault_of_the_program(step: str) -> None:
    needs, _, roles = STEPS[step]
    for role in {OPERATOR, AUTHORITY, VERIFIER, PLATFORM.role, "enterprise"} - set(roles):
        with pytest.raises(AssertionError):
            a_bundle(needs[0]).move(step, by=who(role))


def test_every_state_but_the_first_is_reached_and_nothing_follows_the_last() -> None:
    moving = [step for step in STEPS.values() if step.needs != (step.leads_to,)]
    assert {step.leads_to for step in moving} == set(STATES) - {DRAFT}
    starts = {state for step in STEPS.values() for state in step.needs}
    assert set(STATES) - starts == set(RETURNED)


def test_what_is_sealed_is_never_cancelled() -> None:
    assert STEPS[CANCEL].needs == OPEN
    assert not set(OPEN) & {"sealing", SEALED, ISSUED}


def test_a_step_changes_what_it_is_told_and_nothing_else() -> None:
    before = a_bundle(DRAFT)
    after = before.move("select", by=who(OPERATOR), reductions=0)
    assert after == replace(before, state="selecting", reductions=0)
    assert before.state == DRAFT


def test_two_roles_sign_what_one_may_not_do_alone() -> None:
    for step in ("sign_seal", "seal", "sign_issue", "issue"):
        assert set(roles_for(step)) == {OPERATOR, AUTHORITY}


@pytest.mark.parametrize("state", STATES)
def test_the_public_and_strangers_see_what_was_published(state: str) -> None:
    bundle = a_bundle(state, verifier_id=OWN)
    assert bundle.visible_to(None) == (state in PUBLISHED)
    assert bundle.visible_to(Viewer("enterprise", OTHER)) == (state in PUBLISHED)


@pytest.mark.parametrize("state", STATES)
def test_a_verifier_sees_its_own_and_those_who_answer_for_the_programme_see_all(
    state: str,
) -> None:
    bundle = a_bundle(state, verifier_id=OWN)
    assert bundle.visible_to(Viewer(VERIFIER, OWN))
    assert not bundle.visible_to(Viewer(VERIFIER, OTHER))
    assert not a_bundle(state).visible_to(Viewer(VERIFIER, OWN))
    for viewer in (Viewer(OPERATOR, None), Viewer(AUTHORITY, None), PLATFORM):
        assert bundle.visible_to(viewer)


@pytest.mark.parametrize("reductions", [None, 0])
def test_an_empty_bundle_is_not_reported(reductions: int | None) -> None:
    with pytest.raises(NothingSelected):
        a_bundle(SELECTED, reductions=reductions).check_reportable()
    a_bundle(SELECTED, reductions=1).check_reportable()


def test_the_last_day_of_the_notice_is_still_of_the_notice() -> None:
    bundle = a_bundle(NOTICED, notice_until=date(2026, 7, 14))
    with pytest.raises(NoticeRunning) as refused:
        bundle.check_notice_over(date(2026, 7, 14))
    assert refused.value.facts == {"notice_until": "2026-07-14"}
    bundle.check_notice_over(date(2026, 7, 15))


def test_a_period_runs_forward_within_its_year() -> None:
    check_period(a_bundle(occurred_from=date(2026, 1, 1), occurred_to=date(2026, 12, 31)))
    check_period(a_bundle(occurred_from=date(2026, 3, 1), occurred_to=date(2026, 3, 1)))
    for first, last, case in (
        (date(2026, 3, 2), date(2026, 3, 1), "backwards"),
        (date(2025, 12, 31), date(2026, 1, 1), "other_year"),
        (date(2026, 12, 31), date(2027, 1, 1), "other_year"),
    ):
        with pytest.raises(BadBundlePeriod) as refused:
            check_period(a_bundle(occurred_from=first, occurred_to=last))
        assert refused.value.case == case
