"""Everything of a bundle's days stands in one line, and the lines add up."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.pooling.counting import (
    ELIGIBLE,
    MONTH,
    OUTCOME,
    OUTCOMES,
    PREVIEW,
    TOO_LATE,
    CountedDays,
    CountedLine,
    Forecast,
    known,
)
from rewards.pooling.documents import Amounts
from rewards.pooling.eligibility import REASONS
from rewards.pooling.refusals import UnknownBundle

AT = datetime(2026, 7, 1, tzinfo=UTC)
amounts = st.builds(Amounts, st.integers(1, 10**7), st.integers(0, 10**15))


def counted(lines: dict[str, Amounts]) -> CountedDays:
    return CountedDays(
        UUID(int=1), AT, True, [CountedLine(OUTCOME, name, each) for name, each in lines.items()]
    )


@given(st.dictionaries(st.sampled_from(OUTCOMES), amounts))
def test_what_qualifies_and_what_is_left_out_are_the_whole(lines: dict[str, Amounts]) -> None:
    found = counted(lines)
    left_out = [each.amounts for each in found.excluded]
    assert found.whole == Amounts(
        found.eligible.reductions + sum(each.reductions for each in left_out),
        found.eligible.saved_mg + sum(each.saved_mg for each in left_out),
    )
    assert ELIGIBLE not in [each.name for each in found.excluded]
    order = [OUTCOMES.index(each.name) for each in found.excluded]
    assert order == sorted(order)


@given(st.integers(0, 10**15), st.integers(0, 10**12), st.integers(0, 1000))
def test_a_forecast_loses_no_milligram(eligible_mg: int, carried_in_mg: int, share: int) -> None:
    made = Forecast(counted({ELIGIBLE: Amounts(1, eligible_mg)}), carried_in_mg, share).issue
    assert made.deducted_mg == 0
    assert (
        eligible_mg + carried_in_mg == made.reserve_mg + made.issued_t * 10**9 + made.carried_out_mg
    )


def test_every_reason_is_an_outcome_and_lateness_is_the_last() -> None:
    assert (ELIGIBLE, *REASONS, TOO_LATE) == OUTCOMES


def test_a_part_lists_its_own_lines_by_name() -> None:
    lines = [
        CountedLine(MONTH, "2026-02", Amounts(2, 20)),
        CountedLine(OUTCOME, ELIGIBLE, Amounts(3, 30)),
        CountedLine(MONTH, "2026-01", Amounts(1, 10)),
    ]
    found = CountedDays(UUID(int=1), AT, False, lines)
    assert [each.name for each in found.of(MONTH)] == ["2026-01", "2026-02"]


def test_what_was_never_counted_is_told_so() -> None:
    with pytest.raises(UnknownBundle) as refused:
        known(None, PREVIEW)
    assert refused.value.key == "NOT_FOUND.preview"
