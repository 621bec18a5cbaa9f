"""Fail a task: try it again later, or say for good why it cannot be done."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.outbox.lease import ATTEMPTS, pause_before
from app.store.database import Connection
from app.store.outbox.writing import fail
from behaviours.refusal import Refusal


def fail_task(
    connection: Connection, task_id: UUID, attempt: int, *, error: Exception, now: datetime
) -> bool:
    """Put the task back with a growing pause, or end it; True when it will be tried again.

    A Refusal is an answer and would be the same next time, so it ends the task with its sentence.
    Of any other error only the kind is stored: its text may hold parameters of statements.
    """
    if isinstance(error, Refusal):
        problem, again = f"{error.code}: {error.message}", False
    else:
        again = attempt < ATTEMPTS
        problem = (
            f"Attempt {attempt} of {ATTEMPTS} stopped with {type(error).__name__}; "
            + ("it will be tried again." if again else "it is not tried again.")
            + f" The worker's log has the details under task {task_id}."
        )
    run_after = now + pause_before(attempt) if again else None
    fail(connection, task_id, attempt, problem=problem, run_after=run_after, now=now)
    return again
