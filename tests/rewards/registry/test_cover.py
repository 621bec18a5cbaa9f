"""Cover: the reserve pays to the milligram, tonnes go rounded up, and the rest is short."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import ceil
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.registry.block import RESERVED, SUSPENDED, Block, covered_of
from rewards.registry.cover import (
    CoverSums,
    ReserveTaking,
    bearing,
    take_from_reserve,
    whole_tonnes,
)
from rewards.registry.issuing import TONNE_MG
from rewards.registry.ranges import Range
from rewards.registry.refusals import UnitsNotCovered
from tests.builders.blocks import a_block

T = TONNE_MG
NOTHING = CoverSums(0, 0)
mg = st.integers(0, 20 * T)


@pytest.mark.parametrize(
    ("milligrams", "tonnes"), [(0, 0), (1, 1), (T - 1, 1), (T, 1), (T + 1, 2), (10**6 * T, 10**6)]
)
def test_tonnes_are_rounded_up(milligrams: int, tonnes: int) -> None:
    assert whole_tonnes(milligrams) == tonnes


@given(st.integers(0, 10**18))
def test_whole_tonnes_are_the_fewest_that_hold_the_mass(milligrams: int) -> None:
    assert whole_tonnes(milligrams) == ceil(Fraction(milligrams, T))


@pytest.mark.parametrize(
    ("wanted", "reserve", "numbered_t", "before", "taking"),
    [
        (0, 5 * T, 5, NOTHING, ReserveTaking(0, 0, 0)),
        (1, 5 * T, 5, NOTHING, ReserveTaking(1, 1, 0)),
        (T, 5 * T, 5, NOTHING, ReserveTaking(T, 1, 0)),
        # The second half of a tonne that was cancelled for the first half cancels none.
        (T // 2, 5 * T, 5, CoverSums(T // 2, 1), ReserveTaking(T // 2, 0, 0)),
        (T // 2 + 1, 5 * T, 5, CoverSums(T // 2, 1), ReserveTaking(T // 2 + 1, 1, 0)),
        # The reserve holds less than is wanted: it gives all, and the rest is short.
        (3 * T, 2 * T + 7, 2, NOTHING, ReserveTaking(2 * T + 7, 2, T - 7)),
        (3 * T, 0, 0, NOTHING, ReserveTaking(0, 0, 3 * T)),
        # Milligrams below a tonne have no number that could be cancelled.
        (5, T - 1, 0, NOTHING, ReserveTaking(5, 0, 0)),
    ],
)
def test_the_reserve_pays_first(
    wanted: int, reserve: int, numbered_t: int, before: CoverSums, taking: ReserveTaking
) -> None:
    found = take_from_reserve(wanted, reserve_mg=reserve, numbered_t=numbered_t, before=before)
    assert found == taking


@given(mg, mg, st.integers(0, 20), mg, st.integers(0, 20))
def test_a_taking_is_never_negative_and_covers_what_it_says(
    wanted: int, reserve: int, numbered_t: int, before_mg: int, before_t: int
) -> None:
    found = take_from_reserve(
        wanted, reserve_mg=reserve, numbered_t=numbered_t, before=CoverSums(before_mg, before_t)
    )
    assert found.taken_mg + found.short_mg == wanted
    assert 0 <= found.taken_mg <= reserve
    assert 0 <= found.cancelled_t <= numbered_t
    assert not (found.short_mg and found.taken_mg < reserve), "nothing is short beside a reserve"


@given(st.lists(st.integers(0, 3 * T), min_size=1, max_size=12), st.integers(0, 30 * T))
def test_many_small_takings_cancel_as_many_tonnes_as_one_of_their_sum(
    wishes: list[int], reserve: int
) -> None:
    left_mg, left_t, sums, short = reserve, reserve // T, NOTHING, 0
    for wanted in wishes:
        found = take_from_reserve(wanted, reserve_mg=left_mg, numbered_t=left_t, before=sums)
        left_mg, left_t = left_mg - found.taken_mg, left_t - found.cancelled_t
        sums = CoverSums(sums.taken_mg + found.taken_mg, sums.cancelled_t + found.cancelled_t)
        short += found.short_mg
    at_once = take_from_reserve(
        sum(wishes), reserve_mg=reserve, numbered_t=reserve // T, before=NOTHING
    )
    assert (sums.taken_mg, sums.cancelled_t, short) == at_once
    assert left_mg + sums.taken_mg == reserve


@pytest.mark.parametrize("parts", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_negative_masses_are_faults(parts: tuple[int, int, int]) -> None:
    wanted, reserve, numbered_t = parts
    with pytest.raises(AssertionError, match="positive"):
        take_from_reserve(wanted, reserve_mg=reserve, numbered_t=numbered_t, before=NOTHING)


# In the order in which they bear a shortfall.
BEARING = [
    a_block(numbers=Range(40, 50)),
    a_block(numbers=Range(10, 20)),
    a_block(numbers=Range(90, 95), state=RESERVED, listing_id=UUID(int=1)),
    a_block(numbers=Range(99, 100), owner_id=UUID(int=2)),
    a_block(numbers=Range(5, 6), owner_id=UUID(int=2), state=RESERVED, listing_id=UUID(int=1)),
    a_block(numbers=Range(97, 98), state=RESERVED, listing_id=UUID(int=1), trade_id=UUID(int=3)),
    a_block(numbers=Range(98, 99), owner_id=UUID(int=2), state=RESERVED, trade_id=UUID(int=3)),
]


def test_the_programmes_own_bears_first_and_what_somebody_ordered_last() -> None:
    for some in permutations(BEARING):
        assert bearing(some) == BEARING


blocks = st.lists(
    st.builds(
        lambda at, size, is_suspended: a_block(
            numbers=Range(at * 10, at * 10 + size),
            bundle_id=UUID(int=at % 3),
            **({"state": SUSPENDED} if is_suspended else {}),
        ),
        st.integers(0, 99),
        st.integers(1, 9),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: each.numbers.first,
)


@given(blocks, st.integers(1, 60))
def test_what_is_suspended_is_left_out_and_is_the_reason_only_when_it_lacks(
    offered: list[Block], quantity_t: int
) -> None:
    free_t = sum(each.quantity_t for each in offered if each.state != SUSPENDED)
    stopped_t = sum(each.quantity_t for each in offered if each.state == SUSPENDED)
    if free_t < quantity_t <= free_t + stopped_t:
        with pytest.raises(UnitsNotCovered) as refused:
            covered_of(offered, quantity_t)
        assert 0 < int(refused.value.facts["uncovered_t"]) <= stopped_t
        return
    found = covered_of(offered, quantity_t)
    assert [each.numbers for each in found] == sorted(
        each.numbers for each in offered if each.state != SUSPENDED
    )


@pytest.mark.parametrize("state", ["active", "reserved"])
@pytest.mark.parametrize("trade", [None, UUID(int=3)])
def test_a_suspended_block_remembers_its_promise_and_returns_to_it(
    state: str, trade: UUID | None
) -> None:
    listing = UUID(int=1) if state == "reserved" else None
    before = a_block(state=state, listing_id=listing, trade_id=trade if listing else None)
    stopped = before.suspend(before.created_at)
    assert stopped == replace(before, state=SUSPENDED)
    assert stopped.resume(before.created_at) == before


def test_a_promise_that_is_given_up_while_suspended_leaves_the_block_suspended() -> None:
    promised = a_block(state=SUSPENDED, listing_id=UUID(int=1), trade_id=UUID(int=3))
    listed = promised.give_up("offer_again", promised.created_at, listing_id=UUID(int=1))
    assert listed == replace(promised, trade_id=None)
    free = listed.give_up("unlist", promised.created_at)
    assert free == replace(promised, trade_id=None, listing_id=None)
    assert free.resume(promised.created_at).state == "active"
