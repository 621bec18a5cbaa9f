"""Verification: the size of a sample, the draw, and the deduction that findings cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from behaviours.programme import Sampling
from behaviours.projects.sampling import (
    InvalidPlan,
    check_floor,
    draw,
    extrapolated_deduction_mg,
    plan_sample,
    sample_size,
)


@pytest.mark.parametrize(
    ("population", "size"), [(1, 1), (10, 10), (100, 80), (1000, 278), (100_000, 383), (10**9, 385)]
)
def test_the_sample_sizes_of_the_textbook(population, size):
    assert sample_size(population) == size


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_sample_is_never_empty_or_larger_than_what_there_is_and_grows(one, other):
    less, more = sorted((one, other))
    assert 1 <= sample_size(less) <= less
    assert sample_size(less) <= sample_size(more)


def test_more_confidence_and_more_precision_ask_for_more():
    plain = sample_size(100_000)
    assert sample_size(100_000, confidence=Decimal("0.99")) > plain
    assert sample_size(100_000, precision=Decimal("0.01")) > plain
    assert plan_sample(100_000, "seed").size == plain


@pytest.mark.parametrize(
    "wrong",
    [{"confidence": Decimal("0.5")}, {"precision": Decimal(0)}, {"expected_share": Decimal(1)}],
)
def test_a_plan_that_means_nothing_is_refused(wrong):
    with pytest.raises(InvalidPlan):
        sample_size(100, **wrong)
    with pytest.raises(InvalidPlan):
        sample_size(0)


@given(st.integers(1, 500), st.data())
def test_a_draw_has_different_sorted_ranks_and_is_the_same_again(population, data):
    size = data.draw(st.integers(0, population))
    seed = data.draw(st.text(max_size=5))
    ranks = draw(population, size, seed)
    assert len(ranks) == len(set(ranks)) == size
    assert ranks == sorted(ranks)
    assert all(0 <= rank < population for rank in ranks)
    assert draw(population, size, seed) == ranks


def test_another_seed_draws_another_sample_and_big_populations_cost_nothing():
    assert draw(10**12, 384, "a") != draw(10**12, 384, "b")
    with pytest.raises(InvalidPlan):
        draw(3, 4, "a")


def test_the_draw_favours_nobody():
    hits = [0] * 10
    for seed in range(2000):
        for rank in draw(10, 3, str(seed)):
            hits[rank] += 1
    assert all(500 < count < 700 for count in hits)


AMOUNTS = st.integers(0, 10**9)
FINDINGS = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=30)


@given(FINDINGS, st.integers(0, 10**12), st.integers(0, 1000))
def test_a_deduction_is_never_negative_and_never_more_than_the_total(findings, total_mg, unseen):
    deduction = extrapolated_deduction_mg(findings, total_mg, len(findings) + unseen)
    assert 0 <= deduction <= total_mg


@given(FINDINGS)
def test_when_all_was_seen_the_deduction_is_exact(findings):
    total_mg = sum(recorded for recorded, _ in findings)
    over = sum(max(0, recorded - found) for recorded, found in findings)
    assert extrapolated_deduction_mg(findings, total_mg, len(findings)) == min(over, total_mg)


@given(FINDINGS, st.integers(1, 1000))
def test_finding_more_is_never_credited_and_a_clean_sample_costs_nothing(findings, unseen):
    clean = [(recorded, recorded + extra) for recorded, extra in findings]
    assert extrapolated_deduction_mg(clean, 10**12, len(clean) + unseen) == 0


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=2, max_size=30))
def test_the_deduction_is_at_least_the_plain_estimate_and_grows_with_confidence(findings):
    total_mg, population = 10**9, 10_000
    recorded = sum(r for r, _ in findings)
    over = sum(max(0, r - f) for r, f in findings)
    low = extrapolated_deduction_mg(findings, total_mg, population, confidence=Decimal("0.80"))
    high = extrapolated_deduction_mg(findings, total_mg, population, confidence=Decimal("0.99"))
    assert low <= high
    assert low >= min(total_mg, total_mg * over // recorded)


def test_a_worked_deduction():
    findings = [(100, 100)] * 9 + [(100, 0)]
    # r = 0.1, residuals sum to 90,000, se = sqrt(0.99 / 10 * 9e4 / 9) / 1000 * 10 = 0.0995
    assert extrapolated_deduction_mg(findings, 100_000, 1000) == 26_367


def test_one_overstated_action_out_of_many_costs_the_whole_total():
    assert extrapolated_deduction_mg([(100, 99)], 1000, 2) == 1000
    assert extrapolated_deduction_mg([(100, 100)], 1000, 2) == 0


def test_findings_that_mean_nothing_are_refused():
    for findings, total, population in (([], 1, 1), ([(1, 1)] * 2, 1, 1), ([(-1, 0)], 1, 5)):
        with pytest.raises(InvalidPlan):
            extrapolated_deduction_mg(findings, total, population)


FLOOR = Sampling(least_confidence=Decimal("0.90"), widest_precision=Decimal("0.10"))


def test_a_plan_may_promise_what_the_programme_asks_for_or_more() -> None:
    check_floor(Decimal("0.90"), Decimal("0.10"), FLOOR)
    check_floor(Decimal("0.95"), Decimal("0.05"), FLOOR)


@pytest.mark.parametrize(("confidence", "precision"), [("0.80", "0.10"), ("0.90", "0.11")])
def test_a_plan_that_promises_less_is_refused(confidence: str, precision: str) -> None:
    with pytest.raises(InvalidPlan) as refusal:
        check_floor(Decimal(confidence), Decimal(precision), FLOOR)
    assert refusal.value.case == "floor"
    assert refusal.value.facts == {"least_confidence": "0.90", "widest_precision": "0.10"}
