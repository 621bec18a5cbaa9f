"""Verification: the size of a sample, and what a plan has to promise."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from behaviours.programme import Sampling
from behaviours.projects.sampling import (
    InvalidPlan,
    check_floor,
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


@pytest.mark.parametrize(
    "wrong",
    [{"confidence": Decimal("0.5")}, {"precision": Decimal(0)}, {"expected_share": Decimal(1)}],
)
def test_a_plan_that_means_nothing_is_refused(wrong):
    with pytest.raises(InvalidPlan):
        sample_size(100, **wrong)
    with pytest.raises(InvalidPlan):
        sample_size(0)


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
