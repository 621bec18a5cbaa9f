"""Lots are used first-expiring first, given back to where they came from, and never invented."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import LotUse
from rewards.points.lots import (
    Lot,
    NotEnoughPoints,
    allocate,
    give_back,
    recover,
    recover_from,
    spendable,
    take_back,
)

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def lot(number: int, remaining: int, *, opens: int = -10, closes: int = 10) -> Lot:
    """A lot by days from now."""
    return Lot(
        UUID(int=number), NOW + timedelta(days=opens), NOW + timedelta(days=closes), remaining
    )


@st.composite
def some_lots(draw: st.DrawFn) -> list[Lot]:
    size = draw(st.integers(0, 8))
    lots = []
    for number in range(size):
        opens = draw(st.integers(-20, 5))
        closes = draw(st.integers(opens + 1, 25))
        lots.append(lot(number, draw(st.integers(0, 100)), opens=opens, closes=closes))
    return lots


def test_what_expires_first_pays_first() -> None:
    lots = [lot(1, 50, closes=30), lot(2, 50, closes=5), lot(3, 50, closes=10)]
    assert allocate(lots, 70, NOW) == [LotUse(UUID(int=2), -50), LotUse(UUID(int=3), -20)]


def test_pending_and_expired_lots_pay_nothing() -> None:
    lots = [lot(1, 50, opens=1), lot(2, 50, closes=0), lot(3, 20)]
    with pytest.raises(NotEnoughPoints) as refusal:
        allocate(lots, 21, NOW)
    assert refusal.value.details == {"needed": 21, "available": 20}


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
def test_what_is_given_back_in_parts_ends_where_it_came_from(
    lots: list[Lot], points: int, data: st.DataObject
) -> None:
    if points > spendable(lots, NOW):
        return
    spent = allocate(lots, points, NOW)
    given: list[LotUse] = []
    left = points
    while left:
        part = data.draw(st.integers(1, left))
        uses = give_back(spent, given, part)
        assert sum(use.points for use in uses) == part
        given += uses
        left -= part
    total: Counter[UUID] = Counter()
    for use in [*spent, *given]:
        total[use.lot_id] += use.points
    assert not any(total.values())


def test_the_lot_that_was_used_last_gets_its_own_back_first() -> None:
    spent = [LotUse(UUID(int=1), -10), LotUse(UUID(int=2), -20)]
    first = give_back(spent, [], 15)
    assert first == [LotUse(UUID(int=2), 15)]
    assert give_back(spent, first, 10) == [LotUse(UUID(int=2), 5), LotUse(UUID(int=1), 5)]


def test_more_than_was_spent_cannot_be_given_back() -> None:
    spent = [LotUse(UUID(int=1), -10)]
    with pytest.raises(AssertionError):
        give_back(spent, [LotUse(UUID(int=1), 5)], 6)


def test_a_action_gives_back_from_its_own_lot_first_even_when_it_is_due() -> None:
    own, other = lot(1, 30, closes=-1), lot(2, 100)
    found = take_back([other, own], own.lot_id, 50, NOW)
    assert found.uses == [LotUse(own.lot_id, -30), LotUse(other.lot_id, -20)]
    assert (found.taken, found.owed) == (50, 0)


def test_a_action_gives_back_from_its_own_lot_before_lots_that_expire_earlier() -> None:
    own, sooner = lot(1, 30, closes=9), lot(2, 100, closes=2)
    found = take_back([sooner, own], own.lot_id, 50, NOW)
    assert found.uses == [LotUse(own.lot_id, -30), LotUse(sooner.lot_id, -20)]


def test_other_lots_that_are_due_are_no_longer_the_persons_to_pay_with() -> None:
    found = take_back([lot(1, 30, closes=-1), lot(2, 5, opens=3)], None, 50, NOW)
    assert (found.taken, found.owed) == (5, 45)


@given(some_lots(), st.integers(1, 900), st.integers(0, 9))
def test_a_clawback_takes_what_is_there_and_owes_the_rest(
    lots: list[Lot], points: int, own: int
) -> None:
    found = take_back(lots, UUID(int=own), points, NOW)
    assert found.taken + found.owed == points
    assert -sum(use.points for use in found.uses) == found.taken
    remaining = {each.lot_id: each.remaining for each in lots}
    assert all(0 < -use.points <= remaining[use.lot_id] for use in found.uses)


@given(st.integers(0, 500), st.lists(st.integers(1, 100), max_size=5))
def test_a_debt_is_paid_as_far_as_what_came_in_goes(debt: int, parts: list[int]) -> None:
    returned = [LotUse(UUID(int=number), points) for number, points in enumerate(parts)]
    uses = recover_from(returned, debt)
    assert -sum(use.points for use in uses) == recover(debt, sum(parts)) == min(debt, sum(parts))
    assert all(-use.points <= parts[use.lot_id.int] for use in uses)
