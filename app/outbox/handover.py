"""Hand due tasks to the queue, and end those that have killed too many workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.outbox.lease import ATTEMPTS, HANDOVER
from app.store.database import Connection
from app.store.outbox.handover import give_up, lock_due, mark_handed_over
from app.store.outbox.task import RUNNING

BATCH = 100


def hand_over_tasks(
    connection: Connection, enqueue: Callable[[list[UUID]], None], *, now: datetime
) -> int:
    """Give every due task's id to ``enqueue`` and remember when; returns how many were due.

    ``enqueue`` runs before the commit: when it fails nothing is marked and the same rows are due
    again; when the commit fails they are enqueued twice, and the second claim finds nothing.
    Several relays may do this at once: each takes rows that no other holds.
    """
    due = lock_due(connection, now=now, most=BATCH)
    hopeless = {task_id for task_id, state, tried in due if state == RUNNING and tried >= ATTEMPTS}
    if hopeless:
        give_up(
            connection,
            sorted(hopeless),
            problem=f"The worker stopped {ATTEMPTS} times in the middle of this task, so it is "
            "not tried again. The worker's log names the cause; then start the work anew.",
            now=now,
        )
    alive = [task_id for task_id, _, _ in due if task_id not in hopeless]
    if alive:
        enqueue(alive)
        mark_handed_over(connection, alive, handover=HANDOVER)
    return len(due)
