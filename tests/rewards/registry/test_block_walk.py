"""Any sequence of steps on the blocks of a bundle, held against an account tonne by tonne.

The account below has no ranges: it knows of every single tonne in which state it is, whose it is
and what it is promised to. However blocks were split, both say the same of every tonne.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from behaviours.refusal import Refusal
from rewards.registry.block import FINAL, ISSUED, SUSPENDED, Block, free_block
from rewards.registry.ranges import Range, take
from rewards.registry.refusals import AlreadyRetired, BlockNotAvailable, UnitsNotCovered
from tests.builders.blocks import NOW, a_block

LATER = NOW + timedelta(hours=1)
SELLER, BUYER, LISTING, TRADE = (UUID(int=number) for number in (1, 2, 3, 4))
FIRST, END = 10, 30


class Tonne(NamedTuple):
    """One tonne: its state, its owner, and the listing and trade that it is promised to."""

    state: str = "active"
    owner: UUID | None = SELLER
    listing: UUID | None = None
    trade: UUID | None = None


FREE = Tonne()
GONE = {
    "retired": AlreadyRetired,
    "cancelled": BlockNotAvailable,
    "buffer": BlockNotAvailable,
    "suspended": UnitsNotCovered,
}


def promised(tonne: Tonne, listing: UUID | None, trade: UUID | None = None) -> Tonne:
    """What stands by its promise while it is suspended, too."""
    state = "reserved" if listing else "active"
    kept = tonne.state if tonne.state == "suspended" else state
    return tonne._replace(state=kept, listing=listing, trade=trade)


@dataclass(frozen=True)
class Call:
    """A step: what is asked of a block, in which states, and what becomes of each tonne."""

    ask: Callable[[Block], Block]
    needs: frozenset[str]
    becomes: Callable[[Tonne], Tonne]


CALLS = {
    "list": Call(
        lambda block: block.move("list", now=LATER, listing_id=LISTING),
        frozenset({"active"}),
        lambda tonne: promised(tonne, LISTING),
    ),
    "order": Call(
        lambda block: block.move("order", now=LATER, listing_id=LISTING, trade_id=TRADE),
        frozenset({"reserved"}),
        lambda tonne: promised(tonne, LISTING, TRADE),
    ),
    "offer_again": Call(
        lambda block: block.give_up("offer_again", LATER, listing_id=LISTING),
        frozenset({"reserved", "suspended"}),
        lambda tonne: promised(tonne, LISTING),
    ),
    "unlist": Call(
        lambda block: block.give_up("unlist", LATER),
        frozenset({"reserved", "suspended"}),
        lambda tonne: promised(tonne, None),
    ),
    "deliver": Call(
        lambda block: block.move("deliver", now=LATER, owner_id=BUYER),
        frozenset({"reserved"}),
        lambda tonne: Tonne(owner=BUYER),
    ),
    "transfer": Call(
        lambda block: block.move("transfer", now=LATER, owner_id=BUYER),
        frozenset({"active"}),
        lambda tonne: Tonne(owner=BUYER),
    ),
    "retire": Call(
        lambda block: block.move("retire", now=LATER, owner_id=BUYER),
        frozenset({"active"}),
        lambda tonne: Tonne("retired", tonne.owner),
    ),
    "cancel": Call(
        lambda block: block.move("cancel", now=LATER),
        frozenset({"active", "buffer"}),
        lambda tonne: Tonne("cancelled", tonne.owner),
    ),
    "suspend": Call(
        lambda block: block.suspend(LATER),
        frozenset({"active", "reserved"}),
        lambda tonne: tonne._replace(state="suspended"),
    ),
    "resume": Call(
        lambda block: block.resume(LATER),
        frozenset({"suspended"}),
        lambda tonne: tonne._replace(state="reserved" if tonne.listing else "active"),
    ),
}


class Register:
    """Real blocks, and beside them every tonne; a few tonnes are of the reserve."""

    def __init__(self) -> None:
        buffer = a_block(block_id=UUID(int=101), numbers=Range(END, END + 5), state="buffer")
        sold = a_block(block_id=UUID(int=100), numbers=Range(FIRST, END), owner_id=SELLER)
        self.blocks, self.closed = [sold, buffer], list[Block]()
        self.tonnes = dict.fromkeys(range(FIRST, END), FREE)
        self.tonnes |= dict.fromkeys(range(END, END + 5), Tonne("buffer", None))
        self.made = 101

    def call(self, name: str, at: int) -> None:
        block, call = self.blocks[at], CALLS[name]
        if block.state in call.needs:
            self.blocks[at] = call.ask(block)
            for number in range(*block.numbers):
                self.tonnes[number] = call.becomes(self.tonnes[number])
            return
        why: type[Refusal] = GONE.get(block.state, BlockNotAvailable)
        with pytest.raises(why):
            call.ask(block)

    def split(self, at: int, quantity_t: int) -> None:
        block = self.blocks[at]
        if quantity_t >= block.quantity_t:
            return
        (taking,) = take([block.numbers], quantity_t)
        ids = UUID(int=self.made + 1), UUID(int=self.made + 2)
        self.made += 2
        if block.state in FINAL:
            with pytest.raises((AlreadyRetired, BlockNotAvailable)):
                block.split(taking, ids, now=LATER)
            return
        parts = block.split(taking, ids, now=LATER)
        self.closed.append(parts.closed)
        self.blocks[at : at + 1] = [parts.taken, parts.rest]

    def agrees(self) -> None:
        seen: dict[int, Tonne] = {}
        for each in self.blocks:
            said = Tonne(each.state, each.owner_id, each.listing_id, each.trade_id)
            assert not seen.keys() & set(range(*each.numbers)), "a tonne stands in one block"
            seen |= dict.fromkeys(range(*each.numbers), said)
            assert (each.closed_at is not None) == (each.state in FINAL)
        assert seen == self.tonnes


calls = st.tuples(st.sampled_from([*CALLS, *["split"] * 4]), st.integers(0, 99), st.integers(1, 8))
walks = st.lists(calls, min_size=5, max_size=40)


def walked(walk: list[tuple[str, int, int]]) -> Register:
    register = Register()
    for name, which, quantity_t in walk:
        at = which % len(register.blocks)
        if name == "split":
            register.split(at, quantity_t)
        else:
            register.call(name, at)
        register.agrees()
    return register


@settings(max_examples=120)
@given(walks)
def test_blocks_say_of_every_tonne_what_became_of_it(walk: list[tuple[str, int, int]]) -> None:
    register = walked(walk)
    assert {each.state for each in register.closed} <= {"split"}
    # Nothing that was issued is lost, and the reserve never comes to the market.
    issued = [each for each in register.blocks if each.numbers.first < END]
    assert sum(each.quantity_t for each in issued) == END - FIRST
    assert {each.state for each in issued} <= set(ISSUED)
    reserve = [each for each in register.blocks if each.numbers.first >= END]
    assert {each.state for each in reserve} <= {"buffer", "cancelled"}
    assert all(each.owner_id is None for each in reserve)


@settings(max_examples=60)
@given(walks)
def test_only_what_is_active_is_free_to_dispose_of(walk: list[tuple[str, int, int]]) -> None:
    for block in walked(walk).blocks:
        if block.state == "active":
            assert free_block(block, block.owner_id) is block
        else:
            with pytest.raises(GONE.get(block.state, BlockNotAvailable)):
                free_block(block, block.owner_id)


def test_a_split_block_names_the_parts_that_stand_for_it_now() -> None:
    block = a_block(owner_id=SELLER, state="split")
    with pytest.raises(BlockNotAvailable) as refused:
        free_block(block, SELLER, parts=(UUID(int=20), UUID(int=21)))
    assert refused.value.case == "split_into"
    assert refused.value.facts["parts"] == [f"blk_{each:032x}" for each in (20, 21)]


def test_a_refusal_for_want_of_cover_names_the_bundle_and_the_tonnes() -> None:
    block = a_block(owner_id=SELLER, state=SUSPENDED)
    with pytest.raises(UnitsNotCovered) as refused:
        block.move("transfer", now=LATER, owner_id=BUYER)
    assert refused.value.facts == {
        "bundle_id": f"bdl_{block.bundle_id.hex}",
        "uncovered_t": "10",
    }
