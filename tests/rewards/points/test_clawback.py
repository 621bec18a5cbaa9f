"""A clawback finds an action's own points first, then others, and owes what is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from uuid import UUID

from hypothesis import given, strategies as st

from rewards.ledger.points import CLAWBACK, OWE, PARTICIPANT, LotUse
from rewards.points.clawback import (
    AwardToTakeBack,
    Clawback,
    claw_back_awards,
    find_in_lots,
)
from rewards.points.lots import Lot
from tests.builders.lots import NOW, lot, some_lots

ANN, BEN = UUID(int=101), UUID(int=102)


def ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1_000))


def an_award(points: int, *, of: Lot, by: UUID = ANN, action: int = 7) -> AwardToTakeBack:
    """An award that went into a lot."""
    return AwardToTakeBack(by, UUID(int=action), points, of.available_at, of.expires_at)


def test_an_action_gives_back_from_its_own_lot_first_even_when_it_is_due() -> None:
    own, other = lot(1, 30, closes=-1), lot(2, 100)
    found = find_in_lots([other, own], own.lot_id, 50, NOW)
    assert found.uses == [LotUse(own.lot_id, -30), LotUse(other.lot_id, -20)]
    assert (found.taken, found.owed) == (50, 0)


def test_an_action_gives_back_from_its_own_lot_before_lots_that_expire_earlier() -> None:
    own, sooner = lot(1, 30, closes=9), lot(2, 100, closes=2)
    found = find_in_lots([sooner, own], own.lot_id, 50, NOW)
    assert found.uses == [LotUse(own.lot_id, -30), LotUse(sooner.lot_id, -20)]


def test_other_lots_that_are_due_are_no_longer_the_persons_to_pay_with() -> None:
    found = find_in_lots([lot(1, 30, closes=-1), lot(2, 5, opens=3)], None, 50, NOW)
    assert (found.taken, found.owed) == (5, 45)


@given(some_lots(), st.integers(1, 900), st.integers(0, 9))
def test_a_clawback_takes_what_is_there_and_owes_the_rest(
    lots: list[Lot], points: int, own: int
) -> None:
    found = find_in_lots(lots, UUID(int=own), points, NOW)
    assert found.taken + found.owed == points
    assert -sum(use.points for use in found.uses) == found.taken
    remaining = {each.lot_id: each.remaining for each in lots}
    assert all(0 < -use.points <= remaining[use.lot_id] for use in found.uses)


def test_an_award_is_taken_from_the_lot_of_its_dates() -> None:
    own, sooner = lot(1, 30, closes=9), lot(2, 100, closes=2)
    results, [posting] = claw_back_awards(
        [an_award(30, of=own)], {ANN: [sooner, own]}, ids(), now=NOW
    )
    assert results == [Clawback(30, 0)]
    assert [use.lot_id for use in posting.uses] == [own.lot_id]
    assert (posting.posting.kind, posting.posting.reference_id) == (CLAWBACK, UUID(int=7))


def test_what_was_spent_is_owed_under_a_posting_of_its_own() -> None:
    own = lot(1, 10)
    results, postings = claw_back_awards([an_award(30, of=own)], {ANN: [own]}, ids(), now=NOW)
    assert results == [Clawback(10, 20)]
    assert [(each.posting.kind, each.points) for each in postings] == [(CLAWBACK, 10), (OWE, 20)]


def test_with_nothing_left_all_of_it_is_owed() -> None:
    results, [posting] = claw_back_awards([an_award(30, of=lot(1, 30))], {ANN: []}, ids(), now=NOW)
    assert results == [Clawback(0, 30)]
    assert posting.posting.kind == OWE


def test_an_award_of_no_points_takes_nothing_and_uses_no_id() -> None:
    own, given_out = lot(1, 10), ids()
    results, postings = claw_back_awards(
        [an_award(0, of=own), an_award(4, of=own)], {ANN: [own]}, given_out, now=NOW
    )
    assert results == [Clawback(0, 0), Clawback(4, 0)]
    assert [each.transfer_id for each in postings] == [UUID(int=1_000)]


def test_the_second_award_finds_what_the_first_has_left() -> None:
    own = lot(1, 50)
    results, _ = claw_back_awards(
        [an_award(30, of=own), an_award(30, of=own, action=8)], {ANN: [own]}, ids(), now=NOW
    )
    assert results == [Clawback(30, 0), Clawback(20, 10)]


def test_nobody_pays_for_somebody_else() -> None:
    mine, theirs = lot(1, 10), lot(2, 500)
    results, _ = claw_back_awards(
        [an_award(30, of=mine)], {ANN: [mine], BEN: [theirs]}, ids(), now=NOW
    )
    assert results == [Clawback(10, 20)]


def test_an_own_lot_that_is_due_gives_and_others_that_are_due_do_not() -> None:
    own = lot(1, 10, opens=-9, closes=-1)
    due = lot(2, 500, opens=-8, closes=-1)
    results, _ = claw_back_awards([an_award(30, of=own)], {ANN: [own, due]}, ids(), now=NOW)
    assert results == [Clawback(10, 20)]


@given(
    some_lots(),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 200)), max_size=6),
)
def test_any_clawbacks_together_take_what_there_is_and_owe_the_rest(
    lots: list[Lot], wanted: list[tuple[int, int]]
) -> None:
    windows = lots or [lot(0, 0)]
    awards = [
        an_award(points, of=windows[which % len(windows)], action=number)
        for number, (which, points) in enumerate(wanted)
    ]
    results, postings = claw_back_awards(awards, {ANN: lots}, ids(), now=NOW)
    assert [each.taken + each.owed for each in results] == [each.points for each in awards]
    used: dict[UUID, int] = defaultdict(int)
    for posting in postings:
        for use in posting.uses:
            used[use.lot_id] -= use.points
    assert all(used[each.lot_id] <= each.remaining for each in lots)
    assert sum(used.values()) == sum(each.taken for each in results)
    assert -sum(each.change_of(PARTICIPANT) for each in postings) == sum(used.values())
    # Nothing is owed while a lot that could pay still holds something.
    left = sum(each.remaining - used[each.lot_id] for each in lots if each.expires_at > NOW)
    assert left == 0 or not any(each.owed for each in results[-1:])


def test_a_lot_gives_until_its_last_microsecond() -> None:
    ending = Lot(UUID(int=1), NOW, NOW + timedelta(microseconds=1), 5)
    assert find_in_lots([ending], None, 5, NOW).taken == 5
    assert find_in_lots([ending], None, 5, ending.expires_at).taken == 0
