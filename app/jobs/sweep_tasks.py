"""Sweeps: what time itself brings about, done in chunks until nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.jobs.task_run import TaskRun
from app.store.database import Connection
from app.usecases.tasks.purge_tasks import purge_tasks
from app.wiring import Wiring

# Does one chunk in the caller's transaction and returns how many it did; 0 when none are left.
Sweep = Callable[[Connection, datetime], int]


def _swept(sweep: Sweep) -> Callable[[Wiring, TaskRun], dict[str, int]]:
    def run(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
        now = wiring.clock.now()
        swept = 0
        while done := wiring.database.transact(lambda books: sweep(books, now)):
            swept += done
            task_run.progress(swept)
        return {"swept": swept}

    return run


SWEEPS = {
    "purge_tasks": _swept(lambda books, now: purge_tasks(books, now=now)),
}
