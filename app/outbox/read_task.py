"""Read a task: its state and progress, for who started it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.outbox.reading import task_by_id
from behaviours.refusal import UnknownId


class UnknownTask(UnknownId):
    """There is no such task, or who asks did not start it."""

    cases = ("task",)


def read_task(
    connection: Connection, task_id: UUID, *, reader_ids: set[UUID] | None
) -> dict[str, Any]:
    """The row of a task as a mapping; ``reader_ids`` None reads any (operators).

    Raises UnknownTask when there is none or when none of the reader's ids started it.
    """
    task = task_by_id(connection, task_id)
    if task is None or (reader_ids is not None and task["started_by"] not in reader_ids):
        raise UnknownTask("task")
    return task
