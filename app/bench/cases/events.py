"""What its event adds to recording one ride, in the process that records and without a server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import Ground, Shop
from app.store.bench.untold import untold
from app.usecases.recording.record import Recorded, RecordingRules, record
from behaviours.actions.action import Action


def run(ground: Ground) -> Iterator[Figure]:
    """Rides in turn with their events and without, in small lots, so that a slow moment meets both.

    Both write on one connection to one database.
    """
    shop = ground.shop()
    lots, size = (20, 20) if ground.quick else (50, 40)
    told: list[float] = []
    bare: list[float] = []
    for turn in range(ground.rounds + 1):
        with_event = without = 0.0
        for lot in range(lots):
            halves = [(True, shop.rides(size)), (False, shop.rides(size))]
            for has_event, rides in halves if lot % 2 else reversed(halves):
                with nullcontext() if has_event else untold():
                    took = _seconds(shop, rides)
                if has_event:
                    with_event += took
                else:
                    without += took
        if turn:
            told.append(with_event / (lots * size))
            bare.append(without / (lots * size))
            ground.say(
                f"  round {turn}: {told[-1] * 1e6:,.0f} µs, {bare[-1] * 1e6:,.0f} µs without"
            )
    yield Figure("with its event", tuple(1e6 * one for one in told), "µs/action")
    yield Figure("without", tuple(1e6 * one for one in bare), "µs/action")
    yield ratio("events against none", told, bare, at_most=1.1)


def _seconds(shop: Shop, rides: Sequence[Action]) -> float:
    wiring = shop.wiring
    rules = RecordingRules(wiring.rulebook, wiring.policies, wiring.wait_terms)
    began = time.perf_counter()
    for ride in rides:
        (answer,) = wiring.database.transact_alone(record, [ride], rules, now=wiring.clock.now())
        assert isinstance(answer, Recorded), answer
    return time.perf_counter() - began


CASE = BenchCase("events", "What events add to one ride", run)
