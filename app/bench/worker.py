"""Work in a fresh process, as a worker does it: how long it takes, and the most memory it has."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from uuid import UUID

from app.ids import new_id
from app.jobs.pooling_tasks import POOLING
from app.jobs.task_run import TaskRun
from app.settings import Settings
from app.wiring import Wiring, wire


def run_task(wiring: Wiring, bundle_id: UUID, *, task: str) -> None:
    """A task of a bundle, from its beginning to its end."""
    POOLING[task](wiring, TaskRun(new_id(), bundle_id, {}))


def measured(
    settings: Settings, work: Callable[[Wiring, UUID], None], bundle_id: UUID
) -> tuple[float, float]:
    """(seconds, megabytes) of ``work`` in a fresh process."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    child = context.Process(target=_child, args=(settings, work, bundle_id, theirs))
    child.start()
    theirs.close()
    try:
        took_s, memory_mb = mine.recv()
        return took_s, memory_mb
    finally:
        child.join()


def _child(
    settings: Settings, work: Callable[[Wiring, UUID], None], bundle_id: UUID, answer: Pipe
) -> None:
    wiring = wire(settings)
    began = time.perf_counter()
    work(wiring, bundle_id)
    took_s = time.perf_counter() - began
    # Linux counts kibibytes here, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    answer.send((took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000))
    wiring.close()
