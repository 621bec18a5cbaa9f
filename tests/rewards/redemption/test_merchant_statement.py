"""Who reads what a merchant is owed, and which days a statement is of."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.settlement_terms import CUT_OFFS, period_of
from behaviours.viewer import Viewer
from rewards.redemption.merchant_statement import reads_bills_of

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("viewer", "reads"),
    [
        (Viewer("merchant", ONE), True),
        (Viewer("merchant", OTHER), False),
        (Viewer("provider", OTHER), False),
        (Viewer("operator", None), True),
        (Viewer("authority", None), True),
        (Viewer("operator", None, area="CN-330100"), False),
    ],
)
def test_a_merchants_bills_are_its_own_and_the_whole_programmes(
    viewer: Viewer, reads: bool
) -> None:
    assert reads_bills_of(viewer, ONE) == reads


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(CUT_OFFS))
def test_periods_follow_one_another_without_a_gap(day: date, cut_off: str) -> None:
    first, last = period_of(day, cut_off)
    assert first <= day <= last
    assert period_of(first, cut_off) == period_of(last, cut_off) == (first, last)
    assert period_of(last + timedelta(days=1), cut_off)[0] == last + timedelta(days=1)
