"""What a balance costs in a book of a million lots, and for somebody with a long past."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import Ground, Shop
from app.store.bench.filled_lots import LotsToFill, fill_lots, person_of
from app.usecases.points.read_points import read_points
from behaviours.viewer import Viewer

OPEN_LOTS, EMPTIED = 10, 90
FEW, MANY, QUICK_MANY = 10_000, 1_000_000, 100_000
LONG_PAST = 100_000
READS = 400


def run(ground: Ground) -> Iterator[Figure]:
    """The same reads in a small book, in a large one, and of one person who emptied many lots."""
    many = QUICK_MANY if ground.quick else MANY
    past = LONG_PAST // 10 if ground.quick else LONG_PAST
    small, large = ground.shop(people=0), ground.shop(people=0)
    veteran = many // (OPEN_LOTS + EMPTIED) + 1
    _fill(small, FEW)
    _fill(large, many, LotsToFill(veteran, veteran, OPEN_LOTS, past, _soon(large)))
    people = [person_of(1 + number % 100) for number in range(READS)]
    spread = [person_of(1 + number * 97 % (veteran - 1)) for number in range(READS)]
    turns = ((small, people), (large, spread), (large, [person_of(veteran)] * READS))
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _ in range(ground.rounds + 1):
        for (shop, asked), times in zip(turns, found, strict=True):
            times.append(_read(shop, asked))
    few, much, old = (each[1:] for each in found)
    yield Figure(f"balance, {FEW:,} lots in the book", tuple(few), "µs")
    yield Figure(f"balance, {many:,} lots in the book", tuple(much), "µs")
    yield Figure(f"balance after {past:,} emptied lots of one's own", tuple(old), "µs")
    yield ratio("many lots against few", much, few, at_most=1.3)
    yield ratio("a long past against a short one", old, much, at_most=1.3)


def _fill(shop: Shop, lots: int, *more: LotsToFill) -> None:
    people = lots // (OPEN_LOTS + EMPTIED)
    usual = LotsToFill(1, people, OPEN_LOTS, EMPTIED, _soon(shop))
    fill_lots(shop.wiring.database, [usual, *more])


def _soon(shop: Shop) -> datetime:
    return shop.wiring.clock.now() + timedelta(hours=1)


def _read(shop: Shop, people: list[UUID]) -> float:
    """Microseconds for one balance."""
    wiring, now = shop.wiring, shop.wiring.clock.now()
    began = time.perf_counter()
    for person in people:
        viewer = Viewer("participant", person, person)
        read = wiring.database.transact(read_points, viewer, now=now, zone=wiring.zone)
        assert read.available == 5 * OPEN_LOTS, read
    return (time.perf_counter() - began) / len(people) * 1e6


CASE = BenchCase("balance", "A balance in a book of a million lots", run)
