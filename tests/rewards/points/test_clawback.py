"""A clawback takes what is left of an award, counts what expired, and owes only what was spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import CLAWBACK, EXPIRED, ISSUANCE, OWE, PARTICIPANT
from rewards.points.clawback import (
    AwardToTakeBack,
    Clawback,
    FoundInLot,
    OwnLot,
    Window,
    claw_back_awards,
    comes_too_late,
    find_in_lot,
)
from rewards.points.lots import Lot
from tests.builders.lots import lot, some_lots

ANN, BEN = UUID(int=101), UUID(int=102)


def ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1_000))


def an_award(points: int, *, of: Lot, by: UUID = ANN, action: int = 7) -> AwardToTakeBack:
    """An award that went into a lot."""
    return AwardToTakeBack(by, UUID(int=action), points, of.available_at, of.expires_at)


def owned(*lots: Lot, by: UUID = ANN, expired: int = 0) -> dict[Window, OwnLot]:
    return {Window(by, each.available_at, each.expires_at): OwnLot(each, expired) for each in lots}


@pytest.mark.parametrize(
    ("remaining", "expired", "found"),
    [
        (50, 0, FoundInLot(50, 0, 0)),
        (80, 0, FoundInLot(50, 0, 0)),
        (30, 0, FoundInLot(30, 0, 20)),
        (0, 50, FoundInLot(0, 50, 0)),
        (0, 20, FoundInLot(0, 20, 30)),
        (10, 20, FoundInLot(10, 20, 20)),
        (0, 0, FoundInLot(0, 0, 50)),
    ],
)
def test_first_what_is_left_then_what_expired_and_the_rest_was_spent(
    remaining: int, expired: int, found: FoundInLot
) -> None:
    assert find_in_lot(OwnLot(lot(1, remaining), expired), 50) == found


def test_an_award_is_taken_from_the_lot_of_its_dates_and_from_no_other() -> None:
    own, sooner = lot(1, 10, closes=9), lot(2, 100, closes=2)
    results, [taken, owed] = claw_back_awards([an_award(30, of=own)], owned(sooner, own), ids())
    assert results == [Clawback(10, 20)]
    assert [use.lot_id for use in taken.uses] == [own.lot_id]
    assert (taken.posting.kind, taken.posting.reference_id) == (CLAWBACK, UUID(int=7))
    assert (owed.posting.kind, owed.points, owed.uses) == (OWE, 20, ())


def test_what_expired_is_taken_back_from_where_it_went() -> None:
    own = lot(1, 0, opens=-9, closes=-1)
    results, [posting] = claw_back_awards([an_award(30, of=own)], owned(own, expired=30), ids())
    assert results == [Clawback(30, 0)]
    assert (posting.posting.debit_account, posting.posting.credit_account) == (ISSUANCE, EXPIRED)
    assert posting.change_of(PARTICIPANT) == 0


def test_an_award_of_no_points_takes_nothing_and_uses_no_id() -> None:
    own, given_out = lot(1, 10), ids()
    awards = [an_award(0, of=own), an_award(4, of=own)]
    results, postings = claw_back_awards(awards, owned(own), given_out)
    assert results == [Clawback(0, 0), Clawback(4, 0)]
    assert [each.transfer_id for each in postings] == [UUID(int=1_000)]


def test_an_award_whose_lot_is_not_there_any_more_was_spent_whole() -> None:
    award = an_award(30, of=lot(1, 30))
    found, postings = claw_back_awards([award, award], {}, ids())
    assert found == [Clawback(0, 30), Clawback(0, 30)]
    assert [(each.posting.kind, each.points) for each in postings] == [(OWE, 30), (OWE, 30)]


def test_the_second_award_finds_what_the_first_has_left() -> None:
    own = lot(1, 20)
    awards = [an_award(30, of=own), an_award(30, of=own, action=8)]
    results, _ = claw_back_awards(awards, owned(own, expired=15), ids())
    assert results == [Clawback(30, 0), Clawback(5, 25)]


def test_nobody_pays_for_somebody_else() -> None:
    mine, theirs = lot(1, 10), lot(1, 500)
    lots = owned(mine) | owned(theirs, by=BEN)
    results, _ = claw_back_awards([an_award(30, of=mine)], lots, ids())
    assert results == [Clawback(10, 20)]


@given(
    some_lots(),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 200)), max_size=6),
    st.integers(0, 300),
)
def test_any_clawbacks_together_take_no_more_than_there_is_and_owe_the_rest(
    lots: list[Lot], wanted: list[tuple[int, int]], expired: int
) -> None:
    windows = lots or [lot(0, 0)]
    awards = [
        an_award(points, of=windows[which % len(windows)], action=number)
        for number, (which, points) in enumerate(wanted)
    ]
    own = owned(*lots, expired=expired)
    results, postings = claw_back_awards(awards, own, ids())
    assert [each.taken + each.owed for each in results] == [each.points for each in awards]
    used: dict[UUID, int] = defaultdict(int)
    for posting in postings:
        for use in posting.uses:
            used[use.lot_id] -= use.points
    assert all(used[each.lot.lot_id] <= each.lot.remaining for each in own.values())
    counted = sum(each.points for each in postings if each.posting.credit_account == EXPIRED)
    assert counted <= expired * len(own)
    assert sum(used.values()) + counted == sum(each.taken for each in results)


@pytest.mark.parametrize(
    ("today", "late"),
    [(date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2024, 2, 29), False)],
)
def test_a_reversal_comes_too_late_after_the_same_day_of_the_last_month(
    today: date, late: bool
) -> None:
    assert comes_too_late(date(2024, 2, 29), today, 24) is late
