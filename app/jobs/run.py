"""Run one task: what an RQ job does. Its only argument is the task's id.

At least once: a worker may die between the last effect and the line that says it is finished, so
every task function has to bear being run again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog

from app.jobs.task_run import TaskRun
from app.jobs.tasks import TASKS, TaskFunction
from app.outbox.attempt import LeaseLost, end_attempt, fail_attempt, report_progress
from app.outbox.lease import LEASE
from app.settings import Settings
from app.store.outbox.task import Attempt, Reached
from app.store.outbox.writing import claim_task
from app.wiring import Wiring, wire

log = structlog.get_logger(__name__)

# The wiring of this process, made once: it holds the rulebook and the pool.
_wirings: list[Wiring] = []


def work_with(wiring: Wiring) -> None:
    """Let the tasks of this process, and of processes forked from it, use ``wiring``."""
    _wirings[:] = [wiring]


def run_task(task_id: str) -> None:
    """The RQ job. It never raises for what a task does: PostgreSQL keeps how it ended."""
    if not _wirings:
        work_with(wire(Settings.from_environment(os.environ)))
    run(_wirings[0], UUID(task_id))


def run(
    wiring: Wiring,
    task_id: UUID,
    *,
    lease: timedelta = LEASE,
    functions: Mapping[str, TaskFunction] = TASKS,
) -> bool:
    """Claim the task, do it, and write down how it ended; False when there was nothing to do."""
    claimed = wiring.database.transact(claim_task, task_id, lease=lease, now=wiring.clock.now())
    if claimed is None:
        # Done already, handed over twice, or put back until later.
        return False
    task_run = TaskRun(
        claimed.task_id, claimed.subject_id, claimed.arguments, attempt=claimed.attempt
    )
    attempt = Attempt(task_id, claimed.attempt)
    task_run.report = lambda done, total: wiring.database.transact(
        report_progress, attempt, Reached(done, total), lease=lease
    )
    try:
        with _lease_extended(task_run, lease):
            result = functions[claimed.name](wiring, task_run)
        reached = Reached(task_run.done, task_run.total)
        wiring.database.transact(
            end_attempt, attempt, reached, result=result, now=wiring.clock.now()
        )
    except LeaseLost:
        log.warning("task_taken_over", task=str(task_id), attempt=claimed.attempt)
    except Exception as error:
        log.exception("task_stopped", task=str(task_id), name=claimed.name, error=repr(error))
        wiring.database.transact(fail_attempt, attempt, error=error, now=wiring.clock.now())
    return True


@contextmanager
def _lease_extended(task_run: TaskRun, lease: timedelta) -> Iterator[None]:
    """Extend the lease from a thread, so that one long statement is not taken for death."""
    over = threading.Event()

    def extend() -> None:
        while not over.wait(lease.total_seconds() / 3):
            try:
                task_run.report(task_run.done, task_run.total)
            except LeaseLost:
                # The function learns it from its next progress() or when it ends.
                return
            except Exception as error:  # noqa: BLE001 - one lost extension must not end the task
                # The database is away for a moment; the next one may get through.
                log.warning("lease_not_extended", task=str(task_run.task_id), error=repr(error))

    thread = threading.Thread(target=extend, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
