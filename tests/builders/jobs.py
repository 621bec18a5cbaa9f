"""Running tasks in tests: through the real outbox, the real relay and a real RQ worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from rq import SimpleWorker
from sqlalchemy import text

from app.jobs.queue import task_queue
from app.jobs.relay import relay_once
from app.jobs.run import work_with
from app.outbox.start_task import start_task
from app.store.outbox.reading import task_by_id
from app.wiring import Wiring


def drain(wiring: Wiring) -> int:
    """Run every task that is due, and those that they start, until none is left.

    Returns how many were handed over. Tasks that failed and wait for another try stay waiting.
    """
    work_with(wiring)
    handed_over = 0
    while due := relay_once(wiring):
        handed_over += due
        SimpleWorker([task_queue(wiring.redis)], connection=wiring.redis).work(
            burst=True, logging_level="ERROR"
        )
    return handed_over


def start(wiring: Wiring, name: str, arguments: dict[str, Any] | None = None, **more: Any) -> UUID:
    """Start a task in a transaction of its own."""
    return wiring.database.transact(
        start_task, name, subject_id=None, arguments=arguments or {}, now=wiring.clock.now(), **more
    )


def task(wiring: Wiring, task_id: UUID) -> dict[str, Any]:
    """A task as it stands, by the names of its columns."""
    found = wiring.database.transact(task_by_id, task_id)
    assert found is not None
    return asdict(found)


def lapse(wiring: Wiring, task_id: UUID) -> None:
    """Let the lease of a task run out now, as if its worker had been silent for long enough."""
    wiring.database.transact(
        lambda connection: connection.execute(
            text("update task set leased_until = clock_timestamp() - :past where task_id = :id"),
            {"past": timedelta(seconds=1), "id": task_id},
        )
    )


def is_due_now(wiring: Wiring, task_id: UUID) -> None:
    """Let the pause before the next attempt at a task be over."""
    wiring.database.transact(
        lambda connection: connection.execute(
            text("update task set run_after = created_at where task_id = :id"), {"id": task_id}
        )
    )


def until(condition: Callable[[], Any], *, within_s: float = 60.0) -> Any:
    """Ask again and again until ``condition`` is true; its answer, or an assertion."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {within_s} s"
        pause.wait(0.02)
    return answer
