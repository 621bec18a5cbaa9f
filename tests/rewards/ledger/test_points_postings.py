"""A posting of points moves a person by exactly what its lots move."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import (
    CARRIED,
    CHART,
    CLAWBACK,
    DEBT,
    EXPIRED,
    HELD,
    ISSUANCE,
    PARTICIPANT,
    SIDES,
    WRITTEN_OFF,
    LotUse,
    PersonsPoints,
    PointsPosting,
    change_of,
    merchant_account,
)

PERSON, MERCHANT, SOMETHING = UUID(int=1), UUID(int=2), UUID(int=3)
THEIRS = PersonsPoints(PERSON, SOMETHING)


def taken(*parts: int) -> list[LotUse]:
    return [LotUse(UUID(int=number), -part) for number, part in enumerate(parts, start=7)]


def put(*parts: int) -> list[LotUse]:
    return [LotUse(UUID(int=number), part) for number, part in enumerate(parts, start=7)]


def changes(posting: PointsPosting) -> dict[str, int]:
    """What the posting changes of the three accounts that a person sees."""
    return {name: posting.change_of(name) for name in (PARTICIPANT, HELD, DEBT)}


def test_a_hold_sets_aside_what_it_takes_from_lots() -> None:
    hold = THEIRS.hold(UUID(int=9), taken(30, 20))
    assert hold.points == 50
    assert changes(hold) == {PARTICIPANT: -50, HELD: 50, DEBT: 0}


def test_a_release_returns_what_was_set_aside() -> None:
    assert changes(THEIRS.release(UUID(int=9), put(50))) == {PARTICIPANT: 50, HELD: -50, DEBT: 0}


def test_what_was_held_is_spent_without_touching_lots_again() -> None:
    spend = THEIRS.spend_held(UUID(int=10), MERCHANT, 50)
    assert spend.uses == ()
    assert changes(spend) == {PARTICIPANT: 0, HELD: -50, DEBT: 0}
    assert spend.change_of(merchant_account(MERCHANT)) == 50


def test_a_refund_is_the_reverse_of_a_spend() -> None:
    spend, back = THEIRS.spend(UUID(int=9), MERCHANT, taken(50)), None
    back = THEIRS.refund(UUID(int=11), MERCHANT, put(50))
    for account in (PARTICIPANT, HELD, DEBT, merchant_account(MERCHANT)):
        assert spend.change_of(account) + back.change_of(account) == 0


def test_owing_raises_what_is_owed_and_recovering_lowers_it() -> None:
    assert changes(THEIRS.owe(UUID(int=12), 40)) == {PARTICIPANT: 0, HELD: 0, DEBT: 40}
    pays = THEIRS.recover(UUID(int=13), taken(40))
    assert changes(pays) == {PARTICIPANT: -40, HELD: 0, DEBT: -40}


def test_a_clawback_returns_points_to_where_they_came_from() -> None:
    award = THEIRS.award(UUID(int=14), put(60))
    back = THEIRS.claw_back(UUID(int=15), taken(60))
    assert award.change_of(ISSUANCE) == 60
    assert back.change_of(ISSUANCE) == -60


def test_an_expiry_is_kept_by_name() -> None:
    assert THEIRS.expire(UUID(int=16), taken(5)).change_of(EXPIRED) == 5


def test_a_posting_that_does_not_add_up_cannot_be_made() -> None:
    posting = CHART.posting(CLAWBACK, *SIDES[CLAWBACK], 50, SOMETHING)
    with pytest.raises(AssertionError):
        PointsPosting(PERSON, UUID(int=9), posting, tuple(taken(49)))
    with pytest.raises(AssertionError):
        PointsPosting(PERSON, UUID(int=9), posting, tuple(put(50)))


@pytest.mark.parametrize(
    ("make", "uses"),
    [(THEIRS.hold, put(5)), (THEIRS.release, taken(5)), (THEIRS.expire, put(5))],
)
def test_lots_that_move_the_wrong_way_are_noticed(
    make: Callable[[UUID, list[LotUse]], PointsPosting], uses: list[LotUse]
) -> None:
    with pytest.raises(AssertionError):
        make(UUID(int=9), uses)


def test_nothing_cannot_be_posted() -> None:
    with pytest.raises(AssertionError):
        THEIRS.hold(UUID(int=9), [])
    with pytest.raises(AssertionError):
        THEIRS.owe(UUID(int=9), 0)


@given(st.sampled_from(sorted(SIDES)), st.integers(1, 10**9))
def test_the_ready_sides_are_those_of_the_chart(kind: str, amount: int) -> None:
    debit, credit = SIDES[kind]
    assert CHART.allows(kind, debit, credit)
    debt_is_read_the_other_way = {DEBT: -1, ISSUANCE: -1, WRITTEN_OFF: -1, CARRIED: -1}
    total = sum(
        debt_is_read_the_other_way.get(side, 1) * change_of(side, debit, credit, amount)
        for side in (debit, credit)
    )
    assert total == 0


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6))
def test_a_story_of_any_size_leaves_nothing_behind(parts: list[int]) -> None:
    total = sum(parts)
    story = [
        THEIRS.award(UUID(int=1), put(*parts)),
        THEIRS.hold(UUID(int=2), taken(*parts)),
        THEIRS.spend_held(UUID(int=3), MERCHANT, total),
        THEIRS.refund(UUID(int=4), MERCHANT, put(*parts)),
        THEIRS.claw_back(UUID(int=5), taken(*parts)),
    ]
    for account in (PARTICIPANT, HELD, DEBT, ISSUANCE, merchant_account(MERCHANT)):
        assert sum(posting.change_of(account) for posting in story) == 0
