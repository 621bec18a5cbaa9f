"""Report progress: how much is done, and that the worker is alive."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.store.database import Connection
from app.store.outbox.writing import extend


class LeaseLost(Exception):
    """This worker was silent for too long and another has the task: stop, it is in good hands."""


def report_progress(
    connection: Connection,
    task_id: UUID,
    attempt: int,
    *,
    done: int,
    total: int | None,
    lease: timedelta,
) -> None:
    """Store ``done`` of ``total`` (None: not known) and extend the lease; raises LeaseLost."""
    if not extend(connection, task_id, attempt, done=done, total=total, lease=lease):
        raise LeaseLost(f"attempt {attempt} no longer holds task {task_id}")
