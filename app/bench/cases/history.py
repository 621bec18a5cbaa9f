"""What an action costs when a million are stored, against ten thousand."""

from __future__ import annotations

import time
from collections.abc import Iterator

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground, Shop
from app.usecases.recording.record import RecordingRules, record
from behaviours.actions.action import Action

FEW, MANY, QUICK_MANY = 10_000, 1_000_000, 100_000
FILL = 5000
PEOPLE = 10_000
SINGLES, BATCH = 200, 1000


def run(ground: Ground) -> Iterator[Figure]:
    """Two databases with the same people, one with little and one with much history, in turns."""
    small, large = ground.shop(PEOPLE), ground.shop(PEOPLE)
    many = QUICK_MANY if ground.quick else MANY
    for shop, stored in ((small, FEW), (large, many)):
        while shop.reported < stored:
            _record(shop, shop.rides(FILL))
            if shop.reported % 100_000 == 0:
                ground.say(f"  {shop.reported:,} actions stored")
    single: dict[int, list[float]] = {FEW: [], many: []}
    batch: dict[int, list[float]] = {FEW: [], many: []}
    for _ in range(ground.rounds + 1):
        for shop, stored in ((small, FEW), (large, many)):
            rides = shop.rides(SINGLES)
            began = time.perf_counter()
            for ride in rides:
                _record(shop, [ride])
            single[stored].append((time.perf_counter() - began) / SINGLES * 1e6)
            rides = shop.rides(BATCH)
            began = time.perf_counter()
            _record(shop, rides)
            batch[stored].append((time.perf_counter() - began) / BATCH * 1e6)
    for name, found in (("single", single), ("batch of 1,000", batch)):
        for stored in (FEW, many):
            label = f"{name}, {stored:,} stored"
            yield Figure(label, tuple(found[stored][1:]), "µs/action")
        ratios = tuple(
            much / little for much, little in zip(found[many][1:], found[FEW][1:], strict=True)
        )
        yield Figure(f"{name}: much against little history", ratios, "ratio", at_most=1.3)


def _record(shop: Shop, rides: list[Action]) -> None:
    wiring = shop.wiring
    wiring.database.transact(
        record, rides, RecordingRules(wiring.rulebook, wiring.policies), now=wiring.clock.now()
    )


CASE = BenchCase("history", "What an action costs with much history", run)
