"""What leaves a bundle is counted down everywhere, and what is submitted is what is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, strategies as st

from behaviours.projects.sampling import Stratum
from rewards.ledger.carbon import BundleBook
from rewards.pooling.bundle import (
    ISSUED,
    REPORTED,
    SEALED,
    SELECTED,
    STATES,
    SUBMITTED,
    SUSPENDED,
    Bundle,
)
from rewards.pooling.documents import (
    Amounts,
    Conditions,
    DrawnPlan,
    FactorUsed,
    LeavingReduction,
    Opinion,
)
from rewards.pooling.refusals import BundleStateConflict, NothingSelected, PopulationChanged
from rewards.registry.replacement import Lack
from tests.builders.bundles import NOW, STRATUM, a_bundle, a_plan, a_report, drawn

REDUCTIONS = st.lists(
    st.builds(
        LeavingReduction,
        behaviour=st.sampled_from(["ride", "pv"]),
        month=st.sampled_from(["2026-01", "2026-02", "2026-03"]),
        region=st.sampled_from(["CN-44", "CN-33"]),
        methodology=st.sampled_from(["bj.ride", "gd.pv"]),
        version=st.sampled_from(["1.0", "2.0"]),
        saved_mg=st.integers(0, 10**12),
    ),
    max_size=12,
)
RIDE = LeavingReduction("ride", "2026-01", "CN-44", "bj.ride", "1.0", 4_000)
SUN = LeavingReduction("pv", "2026-02", "CN-33", "gd.pv", "2.0", 9_000)


@given(REDUCTIONS, st.data())
def test_a_report_after_some_left_is_the_report_over_those_who_stayed(
    reductions: list[LeavingReduction], data: st.DataObject
) -> None:
    leaves = data.draw(st.lists(st.booleans(), min_size=len(reductions), max_size=len(reductions)))
    left = [each for each, goes in zip(reductions, leaves, strict=True) if goes]
    stayed = [each for each, goes in zip(reductions, leaves, strict=True) if not goes]
    assert a_report(reductions).without(left) == a_report(stayed)


def test_a_reduction_of_no_mass_keeps_its_line_until_it_leaves() -> None:
    nothing = RIDE._replace(saved_mg=0)
    report = a_report([nothing])
    assert report.by_behaviour[0].amounts == Amounts(1, 0)
    assert report.without([]) == report
    assert report.without([nothing]).by_behaviour == ()


def test_factors_conditions_and_remainders_stay_when_everything_leaves() -> None:
    report = replace(a_report([RIDE]), factors=(FactorUsed("grid", "cn-2025"),))
    emptied = report.without([RIDE])
    assert (emptied.factors, emptied.carried_in_mg) == (report.factors, 7)
    assert (emptied.conditions, emptied.written_at) == (report.conditions, NOW)


def test_leaving_a_reported_bundle_takes_it_back_to_its_selection() -> None:
    bundle = a_bundle(
        REPORTED, reductions=2, selected_mg=13_000, report=a_report([RIDE, SUN])
    ).without([SUN])
    assert bundle == a_bundle(SELECTED, reductions=1, selected_mg=4_000)


@pytest.mark.parametrize("state", ["submitted", "verified", "noticed"])
def test_leaving_a_submitted_bundle_counts_down_its_report_and_its_plan(state: str) -> None:
    plan = drawn(a_plan(population=2, size=2))
    bundle = a_bundle(
        state,
        reductions=2,
        selected_mg=13_000,
        report=a_report([RIDE, SUN]),
        sampling_plan=plan,
    ).without([RIDE])
    assert (bundle.state, bundle.reductions, bundle.selected_mg) == (state, 1, 9_000)
    assert bundle.report == a_report([SUN])
    assert bundle.sampling_plan == replace(plan, population=1, size=1)


def test_before_anything_was_reported_only_the_figures_follow() -> None:
    for state in ("selecting", "selected"):
        bundle = a_bundle(state, reductions=5, selected_mg=20_000)
        assert bundle.without([RIDE]) == replace(bundle, reductions=4, selected_mg=16_000)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 50))
def test_a_sample_is_never_larger_than_what_is_left(population: int, size: int, left: int) -> None:
    fewer = a_plan(population=population, size=size).of_fewer(left)
    assert (fewer.population, fewer.size) == (left, min(size, left))


def test_a_submission_is_of_what_is_in_the_bundle_and_in_its_report() -> None:
    bundle = a_bundle(REPORTED, reductions=2, selected_mg=13_000, report=a_report([RIDE, SUN]))
    bundle.check_population(Amounts(2, 13_000))
    with pytest.raises(NothingSelected):
        bundle.check_population(Amounts(0, 0))
    for found in (Amounts(1, 13_000), Amounts(2, 12_999), Amounts(3, 13_000)):
        with pytest.raises(PopulationChanged) as refused:
            bundle.check_population(found)
        assert refused.value.facts == {"reductions": found.reductions}


@pytest.mark.parametrize(
    "changes",
    [{"reductions": 3}, {"selected_mg": 1}, {"report": None}, {"report": a_report([RIDE])}],
)
def test_a_bundle_a_report_and_the_pool_agree_or_nothing_is_submitted(
    changes: dict[str, object],
) -> None:
    whole = a_bundle(REPORTED, reductions=2, selected_mg=13_000, report=a_report([RIDE, SUN]))
    with pytest.raises(PopulationChanged):
        replace(whole, **changes).check_population(Amounts(2, 13_000))  # type: ignore[arg-type]


def an_issued(state: str, shortfall_mg: int = 0) -> Bundle:
    return a_bundle(state, issued_at=NOW, shortfall_mg=shortfall_mg)


@pytest.mark.parametrize(
    ("before", "shortfall_mg", "state"),
    [
        (an_issued(ISSUED), 0, ISSUED),
        (an_issued(ISSUED), 1, SUSPENDED),
        (an_issued(SUSPENDED, 9), 10, SUSPENDED),
        (an_issued(SUSPENDED, 9), 8, SUSPENDED),
        (an_issued(SUSPENDED, 9), 0, ISSUED),
        # Nothing of it is sold yet: what it lacks is known, and stops nobody.
        (a_bundle(SEALED), 5, SEALED),
        (a_bundle(SEALED, shortfall_mg=5), 0, SEALED),
    ],
)
def test_an_issued_bundle_is_suspended_exactly_while_it_is_short(
    before: Bundle, shortfall_mg: int, state: str
) -> None:
    after = before.short_of(shortfall_mg)
    assert after == replace(before, state=state, shortfall_mg=shortfall_mg)
    assert after.lack == Lack("voluntary", 2026, shortfall_mg)


def test_nothing_is_covered_twice() -> None:
    with pytest.raises(AssertionError, match="covered twice"):
        an_issued(ISSUED).short_of(-1)


def test_a_bundle_that_was_issued_and_lacks_nothing_is_not_suspended_by_hand() -> None:
    for state, short in product(set(STATES) - {ISSUED, SUSPENDED}, (0, 3)):
        with pytest.raises(BundleStateConflict):
            an_issued(state).short_of(short)


@pytest.mark.parametrize(("methodology", "family"), [(None, "mixed"), ("gd.pv", "gd.pv")])
def test_a_bundle_keeps_its_mass_under_its_methodology_or_as_mixed(
    methodology: str | None, family: str
) -> None:
    bundle = a_bundle(methodology=methodology)
    assert bundle.book == BundleBook(bundle.bundle_id, "voluntary", family, 2026)


def test_a_bundle_is_published_or_returned_and_never_both() -> None:
    published = {state for state in STATES if a_bundle(state).is_published}
    returned = {state for state in STATES if a_bundle(state).is_returned}
    assert published == {"noticed", "sealing", "sealed", "issued", "suspended"}
    assert returned == {"rejected", "cancelled"}


def test_the_conditions_of_a_bundle_are_they_alone() -> None:
    found = a_bundle(methodology="gd.pv", region="CN-44").conditions
    assert type(found) is Conditions
    assert (found.methodology, found.region, found.unit_class) == ("gd.pv", "CN-44", "voluntary")


strata = st.lists(
    st.builds(
        Stratum,
        number=st.integers(0, 99),
        behaviour=st.none() | st.sampled_from(["ride", "pv"]),
        from_mg=st.integers(0, 10**18),
        below_mg=st.none() | st.integers(0, 10**18),
        population=st.integers(0, 10**9),
        mass_mg=st.integers(0, 10**18),
        size=st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@given(strata, st.booleans())
def test_a_plan_by_strata_is_kept_as_json_and_reads_back(
    some: tuple[Stratum, ...], is_drawn: bool
) -> None:
    plan = a_plan(strata=some)
    plan = drawn(plan) if is_drawn else plan
    kept = json.loads(json.dumps(plan.as_document()))
    assert DrawnPlan.from_document(kept) == plan
    assert all(isinstance(each["mass_mg"], str) for each in kept["strata"])


def test_a_plan_from_before_strata_says_nothing_of_them() -> None:
    old = a_plan(strata=(), root=None, seed="chosen").as_document()
    assert not old.keys() & {"root", "strata", "number", "secret"}
    assert DrawnPlan.from_document(old).is_accepted


def test_giving_drawing_and_undoing_a_plan_change_nothing_else_of_it() -> None:
    plan, later = a_plan(strata=(STRATUM,)), NOW + timedelta(hours=1)
    given_to = plan.given_to("org_7")
    taken = given_to.accepted(number="4", secret="s", seed="x", at=later)
    assert (taken.verifier, taken.number, taken.secret, taken.seed) == ("org_7", "4", "s", "x")
    assert taken.undrawn() == replace(plan, drawn_at=later)
    assert given_to.undrawn() == plan


@pytest.mark.parametrize(
    ("opinion", "said"),
    [
        (Opinion(True, "s", NOW, 4, 9, 5, "upper"), {"estimate_mg": "5", "bound": "upper"}),
        (Opinion(True, "s", NOW, 4, 0, 0, "upper"), {"estimate_mg": "0", "bound": "upper"}),
        (Opinion(True, "s", NOW, 4, 9), {}),
    ],
)
def test_an_opinion_tells_its_bound_with_its_best_guess(
    opinion: Opinion, said: dict[str, str]
) -> None:
    kept = opinion.as_document()
    assert {name: kept[name] for name in ("estimate_mg", "bound") if name in kept} == said
    assert Opinion.from_document(kept) == opinion
    assert datetime.fromisoformat(kept["given_at"]) == NOW


def test_a_bundle_under_verification_is_not_reported_anew() -> None:
    bundle = a_bundle(SUBMITTED, reductions=1, selected_mg=4_000, report=a_report([RIDE]))
    assert bundle.without([RIDE]).state == SUBMITTED
