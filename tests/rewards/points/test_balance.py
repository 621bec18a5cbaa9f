"""What a person is told to have: lots and totals read by the rules, sweeps or no sweeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import (
    ADJUST,
    CARRY,
    CHART,
    EXPIRE,
    ISSUANCE,
    PARTICIPANT,
    SIDES,
    WRITE_OFF,
    LotUse,
)
from rewards.points.balance import (
    Balance,
    ExpiringPoints,
    OpenPoints,
    ReturningPoints,
    balance_of,
    last_good_day,
)
from rewards.points.entry import PointsEntry
from rewards.points.expiry import Expired, OwnedLot, expire, summed
from rewards.points.lots import Lot
from tests.builders.lots import lot, some_lots

NOW = datetime(2026, 3, 10, tzinfo=UTC)
CHINA = ZoneInfo("Asia/Shanghai")
SOON, LATE = NOW + timedelta(days=5), NOW + timedelta(days=50)
GONE = NOW - timedelta(days=5)


def balance(*lots: OpenPoints, returning: list[ReturningPoints] | None = None, **totals: int):
    given = {"held": 0, "debt": 0, **totals}
    return balance_of(lots, returning=returning or [], now=NOW, zone=CHINA, **given)


def test_nobody_has_anything_without_lots() -> None:
    assert balance() == Balance(0, 0, 0, 0, ())


def test_pending_and_available_points_of_one_expiry_expire_together() -> None:
    has = balance(OpenPoints(LATE, 10, 0), OpenPoints(SOON, 5, 7))
    assert (has.available, has.pending) == (15, 7)
    assert has.expiring == (
        ExpiringPoints(last_good_day(SOON, CHINA), 12),
        ExpiringPoints(last_good_day(LATE, CHINA), 10),
    )


@pytest.mark.parametrize(
    ("zone", "day"), [(CHINA, date(2026, 3, 31)), (ZoneInfo("UTC"), date(2026, 3, 31))]
)
def test_the_last_good_day_is_of_the_zone(zone: ZoneInfo, day: date) -> None:
    midnight = datetime(2026, 4, 1, tzinfo=zone).astimezone(UTC)
    assert last_good_day(midnight, zone) == day
    assert last_good_day(midnight + timedelta(microseconds=1), zone) == day + timedelta(days=1)


def test_a_lapsed_hold_counts_as_returned_before_its_sweep() -> None:
    has = balance(held=30, returning=[ReturningPoints(SOON, 20), ReturningPoints(LATE, 10)])
    assert (has.available, has.held) == (30, 0)
    assert [each.points for each in has.expiring] == [20, 10]


def test_what_returns_to_a_lot_that_has_expired_is_gone() -> None:
    has = balance(held=20, returning=[ReturningPoints(GONE, 20)])
    assert has == Balance(0, 0, 0, 0, ())


def test_what_returns_pays_a_debt_in_its_order() -> None:
    returning = [ReturningPoints(SOON, 20), ReturningPoints(LATE, 10)]
    has = balance(held=30, debt=25, returning=returning)
    assert (has.available, has.debt) == (5, 0)
    assert has.expiring == (ExpiringPoints(last_good_day(LATE, CHINA), 5),)


MOMENTS = st.sampled_from([GONE, NOW, SOON, LATE])


@given(
    st.lists(st.builds(OpenPoints, st.sampled_from([SOON, LATE]), *[st.integers(0, 99)] * 2),
             unique_by=lambda each: each.expires_at),
    st.lists(st.builds(ReturningPoints, MOMENTS, st.integers(1, 99)), max_size=5),
    st.integers(0, 300),
    st.integers(0, 50),
)  # fmt: skip
def test_what_expires_is_what_is_there_and_nothing_is_below_nought(
    lots: list[OpenPoints], returning: list[ReturningPoints], debt: int, live_holds: int
) -> None:
    held = sum(each.points for each in returning) + live_holds
    has = balance(*lots, held=held, debt=debt, returning=returning)
    assert has.held == live_holds
    assert has.debt == max(0, debt - sum(each.points for each in returning))
    assert sum(each.points for each in has.expiring) == has.available + has.pending
    assert min(has.available, has.pending, has.debt) >= 0
    assert list(has.expiring) == sorted(has.expiring, key=lambda each: each.on)


ANN, BEN = UUID(int=101), UUID(int=102)


def test_a_due_lot_expires_whole_under_a_reference_to_itself() -> None:
    due = lot(1, 40, opens=-9, closes=0)
    [posting] = expire([OwnedLot(ANN, due)], [UUID(int=7)], now=NOW)
    assert (posting.posting.kind, posting.points) == (EXPIRE, 40)
    assert (posting.participant_id, posting.posting.reference_id) == (ANN, due.lot_id)
    assert posting.uses == (LotUse(due.lot_id, -40),)


@pytest.mark.parametrize("early", [lot(1, 40, closes=1), lot(1, 0, opens=-9, closes=-1)])
def test_nothing_expires_before_its_time_nor_empty(early: Lot) -> None:
    with pytest.raises(AssertionError):
        expire([OwnedLot(ANN, early)], [UUID(int=7)], now=NOW)


@given(some_lots(), st.lists(st.sampled_from([ANN, BEN]), min_size=8, max_size=8))
def test_a_sweep_takes_what_is_due_and_says_how_much(lots: list[Lot], owners: list[UUID]) -> None:
    due = [
        OwnedLot(owner, each) for owner, each in zip(owners, lots, strict=False) if each.is_due(NOW)
    ]
    postings = expire(due, [UUID(int=number) for number in range(len(due))], now=NOW)
    swept = summed(due)
    assert swept.lots == len(postings)
    assert swept.points == -sum(each.change_of(PARTICIPANT) for each in postings)
    assert swept.people == len({each.participant_id for each in postings})
    assert not any(each.is_due(NOW) and each.is_spendable(NOW) for each in lots)


def test_nothing_due_is_nothing_done() -> None:
    assert summed([]) == Expired(0, 0, 0)


def an_entry(kind: str) -> PointsEntry:
    sides = SIDES.get(kind, (PARTICIPANT, ISSUANCE))
    return PointsEntry(UUID(int=1), kind, *sides, 10, UUID(int=2), NOW, is_for_redemption=False)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("award", (10, 0, 0)),
        ("hold", (-10, 10, 0)),
        ("release", (10, -10, 0)),
        ("clawback", (-10, 0, 0)),
        ("owe", (0, 0, 10)),
        ("recover", (-10, 0, -10)),
        ("expire", (-10, 0, 0)),
    ],
)
def test_an_entry_says_what_it_changed(kind: str, changes: tuple[int, int, int]) -> None:
    entry = an_entry(kind)
    assert (entry.balance_change, entry.held_change, entry.debt_change) == changes


def test_what_nobody_else_did_and_points_by_hand_have_no_reference_to_show() -> None:
    hidden = [kind for kind in CHART.kinds if not an_entry(kind).has_public_reference]
    assert hidden == [EXPIRE, WRITE_OFF, CARRY, ADJUST]
