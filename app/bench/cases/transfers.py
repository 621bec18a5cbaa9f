"""Part of a block is handed on: how many a second, and what it costs in a register with a past."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import Ground
from app.ids import new_id
from app.store.bench.handed_blocks import Handed, fill_handed, tonnes_of
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.registry.transfer_units import transfer_units
from app.wiring import Wiring

FEW, MANY, QUICK_MANY = 1_000, 200_000, 20_000
EACH, QUICK_EACH = 1_000, 200
CONNECTIONS = 6


@dataclass
class HandedRegister:
    """A register and the blocks in it that were not touched yet."""

    wiring: Wiring
    handed: Handed
    ready: list[UUID]

    def hand_on(self, times: int) -> float:
        """Transfers a second, each of one tonne out of a block of ten, over six connections."""
        blocks, self.ready = self.ready[:times], self.ready[times:]
        shares = [blocks[number::CONNECTIONS] for number in range(CONNECTIONS)]
        began = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(self._hand_each, shares))
        return times / (time.perf_counter() - began)

    def _hand_each(self, blocks: list[UUID]) -> None:
        for block_id in blocks:
            self.wiring.database.transact(
                transfer_units,
                block_id,
                quantity_t=1,
                from_id=self.handed.sender,
                to_id=self.handed.receiver,
                client_reference=block_id.hex,
                clock=self.wiring.clock,
            )

    def tonnes(self) -> int:
        """What both have together; nothing of it may be lost."""
        read = self.wiring.database.transact
        return sum(read(tonnes_of, whose) for whose in (self.handed.sender, self.handed.receiver))


def run(ground: Ground) -> Iterator[Figure]:
    """Rounds in turn in a register with few transfers behind it, and in one with many."""
    many, each = (QUICK_MANY, QUICK_EACH) if ground.quick else (MANY, EACH)
    young, old = (_register(ground, past, each) for past in (FEW, many))
    had = [one.tonnes() for one in (young, old)]
    few, much = list[float](), list[float]()
    for _ in range(ground.rounds + 1):
        few.append(young.hand_on(each))
        much.append(old.hand_on(each))
    assert [one.tonnes() for one in (young, old)] == had, "tonnes were lost or made"
    yield Figure(f"transfers with a split, {FEW:,} before", tuple(few[1:]), "transfers/s")
    name = f"transfers with a split, {many:,} before"
    yield Figure(name, tuple(much[1:]), "transfers/s", at_least=500)
    yield ratio("cost with a long past against a short one", few[1:], much[1:], at_most=1.3)


def _register(ground: Ground, past: int, each: int) -> HandedRegister:
    wiring = ground.shop(people=0).wiring
    new = [NewClient("enterprise", name) for name in ("Bench seller", "Bench buyer")]
    made = wiring.database.transact(create_client, new, now=wiring.clock.now())
    sender, receiver = (one.organisation_id for one in made)
    handed = Handed(new_id(), sender, receiver, past)
    ready = fill_handed(wiring.database, handed, each * (ground.rounds + 1))
    return HandedRegister(wiring, handed, ready)


CASE = BenchCase("transfers", "Part of a block is handed on, with a long past and a short one", run)
