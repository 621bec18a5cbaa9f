"""A million lots expire at once: how long it takes, in how much memory, and after a crash."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground, Shop
from app.bench.worker import measured
from app.ids import new_id
from app.jobs.sweep_tasks import SWEEPS
from app.jobs.task_run import TaskRun
from app.outbox import names
from app.settings import Settings
from app.store.bench.filled_lots import LotsToFill, book_left, fill_lots
from app.wiring import Wiring, wire

LOTS, QUICK_LOTS = 1_000_000, 50_000
EACH = 10
LIMIT_S, LIMIT_MB = 60.0, 400.0
LOOK_EVERY_S = 0.1


def run(ground: Ground) -> Iterator[Figure]:
    """Once from beginning to end, and once more by a worker that is killed and its successor."""
    lots = QUICK_LOTS if ground.quick else LOTS
    whole = _filled(ground, lots)
    took_s, memory_mb = measured(whole.wiring.settings, sweep, new_id())
    _check(whole, lots)
    name = f"expiry of {lots:,} lots"
    # A smaller number has its part of the time.
    yield Figure(name, (took_s,), "s", at_most=LIMIT_S * lots / LOTS)
    yield Figure("most memory for it", (memory_mb,), "MB", at_most=LIMIT_MB)
    torn = _filled(ground, lots)
    killed_s, done = _killed_in_the_middle(torn, lots)
    ground.say(f"  killed after {done:,} lots")
    rest_s, _ = measured(torn.wiring.settings, sweep, new_id())
    _check(torn, lots)
    again = killed_s + rest_s
    yield Figure(f"{name}, killed in the middle", (again,), "s", at_most=LIMIT_S * lots / LOTS)


def sweep(wiring: Wiring, run_id: UUID) -> None:
    """The task as a worker does it."""
    SWEEPS[names.EXPIRE_LOTS](wiring, TaskRun(run_id, None, {}))


def _filled(ground: Ground, lots: int) -> Shop:
    shop = ground.shop(people=0)
    long_ago = shop.wiring.clock.now() - timedelta(hours=EACH + 1)
    fill_lots(shop.wiring.database, [LotsToFill(1, lots // EACH, EACH, 0, long_ago)])
    return shop


def _killed_in_the_middle(shop: Shop, lots: int) -> tuple[float, int]:
    """Seconds until a worker was killed, and how many lots it had done."""
    child = multiprocessing.get_context("spawn").Process(
        target=_sweep_alone, args=(shop.wiring.settings,)
    )
    began = time.perf_counter()
    child.start()
    while (done := shop.wiring.database.transact(book_left).transfers) < lots // 3:
        assert child.is_alive(), "it ended before anybody could kill it"
        time.sleep(LOOK_EVERY_S)
    child.kill()
    child.join()
    return time.perf_counter() - began, done


def _sweep_alone(settings: Settings) -> None:
    sweep(wire(settings), new_id())


def _check(shop: Shop, lots: int) -> None:
    """Every lot went, by one transfer each, and no point is left."""
    left = shop.wiring.database.transact(book_left)
    assert left == (0, lots, 0, lots), left


CASE = BenchCase("expiry", "A million lots expire", run)
