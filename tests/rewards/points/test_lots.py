"""Lots are used first-expiring first, returned to where they came from, and never invented."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import LotUse
from rewards.points.lots import (
    Lot,
    NotEnoughPoints,
    allocate,
    return_to,
    spendable,
)
from tests.builders.lots import NOW, lot, some_lots


def test_what_expires_first_pays_first() -> None:
    lots = [lot(1, 50, closes=30), lot(2, 50, closes=5), lot(3, 50, closes=10)]
    assert allocate(lots, 70, NOW) == [LotUse(UUID(int=2), -50), LotUse(UUID(int=3), -20)]


def test_pending_and_expired_lots_pay_nothing() -> None:
    lots = [lot(1, 50, opens=1), lot(2, 50, closes=0), lot(3, 20)]
    with pytest.raises(NotEnoughPoints) as refusal:
        allocate(lots, 21, NOW)
    assert refusal.value.facts == {"needed": 21, "available": 20}


def test_a_lot_pays_from_its_first_moment_on() -> None:
    assert spendable([lot(1, 50, opens=0)], NOW) == 50


@given(some_lots(), st.integers(1, 400))
def test_an_allocation_is_exact_or_refused(lots: list[Lot], points: int) -> None:
    available = spendable(lots, NOW)
    if points > available:
        with pytest.raises(NotEnoughPoints):
            allocate(lots, points, NOW)
        return
    uses = allocate(lots, points, NOW)
    assert sum(use.points for use in uses) == -points
    by_id = {each.lot_id: each for each in lots}
    assert all(-use.points <= by_id[use.lot_id].remaining for use in uses)
    assert all(by_id[use.lot_id].is_spendable(NOW) for use in uses)
    latest_used = max(by_id[use.lot_id].expires_at for use in uses)
    used = {use.lot_id: -use.points for use in uses}
    # Nothing that expires sooner was left over.
    assert all(
        used.get(each.lot_id, 0) == each.remaining
        for each in lots
        if each.is_spendable(NOW) and each.expires_at < latest_used
    )


@given(some_lots(), st.integers(1, 400), st.data())
def test_what_is_returned_in_parts_ends_where_it_came_from(
    lots: list[Lot], points: int, data: st.DataObject
) -> None:
    if points > spendable(lots, NOW):
        return
    spent = allocate(lots, points, NOW)
    given: list[LotUse] = []
    left = points
    while left:
        part = data.draw(st.integers(1, left))
        uses = return_to(spent, given, part)
        assert sum(use.points for use in uses) == part
        given += uses
        left -= part
    total: Counter[UUID] = Counter()
    for use in [*spent, *given]:
        total[use.lot_id] += use.points
    assert not any(total.values())


def test_the_lot_that_was_used_last_gets_its_own_back_first() -> None:
    spent = [LotUse(UUID(int=1), -10), LotUse(UUID(int=2), -20)]
    first = return_to(spent, [], 15)
    assert first == [LotUse(UUID(int=2), 15)]
    assert return_to(spent, first, 10) == [LotUse(UUID(int=2), 5), LotUse(UUID(int=1), 5)]


def test_more_than_was_spent_cannot_be_returned() -> None:
    spent = [LotUse(UUID(int=1), -10)]
    with pytest.raises(AssertionError):
        return_to(spent, [LotUse(UUID(int=1), 5)], 6)
