"""Points that come to somebody who owes pay the debt first, and never more than it."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import DEBT, PARTICIPANT, LotUse, PersonsPoints
from rewards.points.debt import (
    AgedDebt,
    pay_debt,
    recover,
    recover_from,
    too_old,
    write_off_old,
)

ANN = UUID(int=101)
WHOSE = PersonsPoints(UUID(int=1), UUID(int=2))
PAYING = UUID(int=3)


@given(st.integers(0, 500), st.lists(st.integers(1, 100), max_size=5))
def test_a_debt_is_paid_as_far_as_what_came_in_goes(debt: int, parts: list[int]) -> None:
    returned = [LotUse(UUID(int=number), points) for number, points in enumerate(parts)]
    uses = recover_from(returned, debt)
    assert -sum(use.points for use in uses) == recover(debt, sum(parts)) == min(debt, sum(parts))
    assert all(-use.points <= parts[use.lot_id.int] for use in uses)


@given(st.integers(0, 500), st.lists(st.integers(1, 100), max_size=5))
def test_what_pays_a_debt_lowers_it_by_as_much(debt: int, parts: list[int]) -> None:
    returned = [LotUse(UUID(int=number), points) for number, points in enumerate(parts)]
    postings = pay_debt(WHOSE, PAYING, returned, debt)
    paid = min(debt, sum(parts))
    assert [each.transfer_id for each in postings] == [PAYING] * (paid > 0)
    assert -sum(each.change_of(DEBT) for each in postings) == paid
    assert -sum(each.change_of(PARTICIPANT) for each in postings) == paid


def test_lots_pay_in_the_order_in_which_they_got_something() -> None:
    returned = [LotUse(UUID(int=1), 10), LotUse(UUID(int=2), 10)]
    assert recover_from(returned, 15) == [LotUse(UUID(int=1), -10), LotUse(UUID(int=2), -5)]


@pytest.mark.parametrize(("debt", "gained"), [(-1, 0), (0, -1)])
def test_less_than_nothing_is_no_debt_and_no_gain(debt: int, gained: int) -> None:
    with pytest.raises(AssertionError):
        recover(debt, gained)


@pytest.mark.parametrize(
    ("debt", "owed_before", "paid", "old"),
    [
        (50, 50, 0, 50),
        (50, 0, 0, 0),
        (50, 70, 20, 50),
        (50, 60, 20, 40),
        (50, 10, 20, 0),
        (4, 10, 10, 0),
        (3, 10, 0, 3),
        (0, 10, 10, 0),
    ],
)
def test_what_was_paid_went_to_the_oldest_debt_first(
    debt: int, owed_before: int, paid: int, old: int
) -> None:
    aged = AgedDebt(ANN, debt, owed_before, paid)
    assert too_old(aged) == old
    postings = write_off_old([aged], iter([UUID(int=9)]))
    assert [each.points for each in postings] == ([old] if old else [])
    assert all(each.change_of(DEBT) == -each.points for each in postings)
