"""Start a task: one row in the caller's transaction, so that neither exists without the other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.outbox.writing import insert_task
from behaviours.json_value import JsonObject


def start_task(
    connection: Connection,
    name: str,
    *,
    subject_id: UUID | None,
    arguments: JsonObject,
    now: datetime,
    started_by: UUID | None = None,
    task_id: UUID | None = None,
    run_after: datetime | None = None,
) -> UUID:
    """Write the outbox row of a task; the worker begins within moments of the commit.

    ``name`` is one of ``app.outbox.names``; ``arguments`` is a small JSON object (ids, not
    data). ``started_by`` is the user or organisation that may read its progress, besides
    operators. A ``task_id`` of the caller's own makes a second start of the same task do nothing.
    Nothing starts when the transaction rolls back. Returns the task's id.
    """
    identifier = task_id or new_id()
    insert_task(
        connection,
        task_id=identifier,
        name=name,
        subject_id=subject_id,
        started_by=started_by,
        arguments=arguments,
        now=now,
        run_after=run_after or now,
    )
    return identifier
