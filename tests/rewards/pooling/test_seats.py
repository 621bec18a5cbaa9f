"""The verifier of a bundle: seated, declined, accepted, late, unseated, and what stays of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from behaviours.viewer import Viewer
from rewards.pooling.bundle import (
    NOTICED,
    PLATFORM,
    REPORTED,
    SEALING,
    STATES,
    SUBMITTED,
    VERIFIED,
    Bundle,
    Sight,
    sight_of,
)
from rewards.pooling.documents import Opinion
from rewards.pooling.refusals import (
    AlreadyAccepted,
    BundleStateConflict,
    NotAccepted,
    VerificationLapsed,
)
from tests.builders.bundles import AUTHORITY, NOW, OPERATOR, VERIFIER, a_bundle, a_plan, drawn

SEATED = UUID(int=7)
UNTIL, TICK = NOW + timedelta(days=7), timedelta(microseconds=1)
SUBMITTED_ONE = a_bundle(SUBMITTED, sampling_plan=a_plan(), commitment=b"old", reductions=3)


def seated(bundle: Bundle = SUBMITTED_ONE) -> Bundle:
    return bundle.seat(SEATED, "org_7", until=UNTIL, by=PLATFORM)


def accepted() -> Bundle:
    bundle = seated()
    assert bundle.sampling_plan is not None
    return bundle.accept(drawn(bundle.sampling_plan), until=UNTIL, by=VERIFIER)


def test_a_seat_is_the_verifiers_by_id_and_the_plans_by_public_name() -> None:
    bundle = seated()
    assert (bundle.verifier_id, bundle.verify_by, bundle.state) == (SEATED, UNTIL, SUBMITTED)
    assert bundle.sampling_plan == a_plan(verifier="org_7")
    assert not bundle.is_accepted


def test_who_declines_leaves_the_bundle_as_it_was_submitted() -> None:
    assert seated().decline(by=VERIFIER) == SUBMITTED_ONE


def test_who_accepts_has_a_sample_and_new_days() -> None:
    bundle = seated()
    later = UNTIL + timedelta(days=20)
    taken = bundle.accept(drawn(a_plan(verifier="org_7")), until=later, by=VERIFIER)
    assert taken.is_accepted
    assert taken == replace(bundle, sampling_plan=taken.check_drawn(), verify_by=later)


def test_after_the_number_nobody_is_seated_declines_or_gives_another_one() -> None:
    bundle = accepted()
    with pytest.raises(AlreadyAccepted):
        seated(bundle)
    with pytest.raises(AlreadyAccepted):
        bundle.decline(by=VERIFIER)
    with pytest.raises(AlreadyAccepted):
        bundle.accept(bundle.check_drawn(), until=UNTIL, by=VERIFIER)
    with pytest.raises(AlreadyAccepted):
        bundle.check_approvable(by=AUTHORITY)


@pytest.mark.parametrize("state", STATES)
def test_somebody_is_approved_before_the_submission_or_before_the_acceptance(state: str) -> None:
    bundle = a_bundle(state, sampling_plan=a_plan())
    if state in (REPORTED, SUBMITTED):
        bundle.check_approvable(by=AUTHORITY)
        return
    with pytest.raises(BundleStateConflict) as refused:
        bundle.check_approvable(by=AUTHORITY)
    assert refused.value.facts == {"state": state, "needed": [REPORTED]}


def test_only_the_authority_approves_by_name_before_the_submission() -> None:
    with pytest.raises(AssertionError, match="not for the role operator"):
        a_bundle(REPORTED).check_approvable(by=OPERATOR)


@pytest.mark.parametrize("plan", [None, a_plan()])
def test_without_a_number_there_is_no_sample(plan: object) -> None:
    bundle = a_bundle(SUBMITTED, sampling_plan=plan)
    assert not bundle.is_accepted
    with pytest.raises(NotAccepted):
        bundle.check_drawn()


def test_a_submitted_bundle_without_a_plan_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="has a plan"):
        seated(a_bundle(SUBMITTED))


@pytest.mark.parametrize("state", STATES)
def test_a_verifier_is_late_from_its_moment_on_and_only_before_its_opinion(state: str) -> None:
    bundle = replace(seated(), state=state)
    assert not bundle.is_overdue(UNTIL - TICK)
    bundle.check_in_time(UNTIL - TICK)
    assert bundle.is_overdue(UNTIL) == (state == SUBMITTED)
    if state == SUBMITTED:
        with pytest.raises(VerificationLapsed):
            bundle.check_in_time(UNTIL)
    else:
        bundle.check_in_time(UNTIL)


def test_a_bundle_without_a_verifier_is_never_late() -> None:
    assert not SUBMITTED_ONE.is_overdue(UNTIL + timedelta(days=400))


@pytest.mark.parametrize("state", [SUBMITTED, VERIFIED, NOTICED])
def test_unseating_takes_back_everything_that_the_verifier_said(state: str) -> None:
    said = replace(
        accepted(),
        state=state,
        opinion=Opinion(True, "sound", NOW, 2, 5),
        deducted_mg=5,
        noticed_at=NOW,
        notice_until=date(2026, 7, 14),
    )
    fresh = said.unseat(b"new")
    assert fresh.sampling_plan is not None
    # Nothing of the number is left: whoever comes next draws anew, from another secret.
    assert fresh == replace(
        SUBMITTED_ONE, commitment=b"new", sampling_plan=replace(a_plan(), drawn_at=NOW)
    )
    assert not fresh.is_accepted


def test_the_secret_of_a_sample_that_was_not_drawn_still_serves() -> None:
    assert seated().unseat(None).commitment == b"old"


@pytest.mark.parametrize("state", sorted(set(STATES) - {SUBMITTED, VERIFIED, NOTICED}))
def test_nobody_is_unseated_before_the_submission_or_from_the_seal_on(state: str) -> None:
    with pytest.raises(BundleStateConflict):
        replace(seated(), state=state).unseat(None)


@pytest.mark.parametrize(
    ("state", "verifier", "strata"), list(product(STATES, [None, SEATED], [True, False]))
)
def test_a_seat_can_be_lost_up_to_the_seal_under_plans_that_can_be_drawn_again(
    state: str, verifier: UUID | None, *, strata: bool
) -> None:
    plan = a_plan() if strata else a_plan(strata=())
    bundle = a_bundle(state, verifier_id=verifier, sampling_plan=plan)
    before_the_seal = state in {"submitted", "verified", "noticed"}
    assert bundle.awaits_seal == (before_the_seal and verifier is not None and strata)


def test_without_a_plan_no_seat_is_lost() -> None:
    assert not a_bundle(SUBMITTED, verifier_id=SEATED).awaits_seal
    assert not a_bundle(SEALING, verifier_id=SEATED).awaits_seal


def test_what_is_looked_for_of_a_viewer_is_what_a_viewer_sees() -> None:
    assert sight_of(Viewer("verifier", SEATED)) == Sight(None, SEATED)
    assert sight_of(OPERATOR) == sight_of(AUTHORITY) == sight_of(PLATFORM) == Sight(None)
    for stranger in (None, Viewer("enterprise", SEATED), Viewer("platform", SEATED)):
        assert sight_of(stranger) == Sight(("noticed", "sealing", "sealed", "issued", "suspended"))


def test_a_verifier_without_an_organisation_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="names it"):
        sight_of(Viewer("verifier", None))
