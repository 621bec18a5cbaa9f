"""One attempt at a task: it reports, it ends, or it fails and is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.messages.catalogues import sentence
from app.outbox.lease import ATTEMPTS, SUSPENDED_PAUSE, pause_before
from app.store.database import Connection
from app.store.outbox import writing
from app.store.outbox.task import Attempt, Reached
from behaviours.json_value import JsonObject
from behaviours.refusal import Kind, Refusal
from behaviours.standing import PAUSES


class LeaseLost(Exception):
    """This worker was silent for too long and another has the task: stop, it is in good hands."""


def report_progress(
    connection: Connection, attempt: Attempt, reached: Reached, *, lease: timedelta
) -> None:
    """Store how far it is and extend the lease; raises LeaseLost."""
    if not writing.extend_lease(connection, attempt, reached, lease=lease):
        raise LeaseLost(f"attempt {attempt.number} no longer holds task {attempt.task_id}")


def end_attempt(
    connection: Connection,
    attempt: Attempt,
    reached: Reached,
    *,
    result: JsonObject | None,
    now: datetime,
) -> None:
    """Store that it went well, with its result, a small JSON object; raises LeaseLost."""
    if not writing.finish_task(connection, attempt, reached, result=result, now=now):
        raise LeaseLost(f"attempt {attempt.number} finished task {attempt.task_id} too late")


def fail_attempt(
    connection: Connection, attempt: Attempt, *, error: Exception, now: datetime
) -> bool:
    """Put the task back with a growing pause, or end it; True when it will be tried again.

    A Refusal is an answer and would be the same next time, so it ends the task with its sentence;
    but what could not be reached may be there then, and what an organisation began that is
    suspended, or whose papers ran out, waits until it takes part again. Of any other error only the
    kind is stored: its text may hold parameters of statements.
    """
    is_answer = isinstance(error, Refusal) and error.kind is not Kind.UNAVAILABLE
    again = not is_answer and attempt.number < ATTEMPTS
    if isinstance(error, Refusal):
        problem = f"{error.code}: {sentence(error)}"
    else:
        problem = (
            f"Attempt {attempt.number} of {ATTEMPTS} stopped with {type(error).__name__}; "
            + ("it will be tried again." if again else "it is not tried again.")
            + f" The worker's log has the details under task {attempt.task_id}."
        )
    run_after = now + pause_before(attempt.number) if again else None
    if isinstance(error, PAUSES):
        # Whoever lets the organisation begin again wakes it; this is for what began just then.
        again, run_after = True, now + SUSPENDED_PAUSE
    writing.fail_task(connection, attempt, problem=problem, run_after=run_after, now=now)
    return again
