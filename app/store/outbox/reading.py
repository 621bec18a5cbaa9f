"""Reading tasks: one by its id, and what is still open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

_BY_ID = text(
    """
    select task_id, name, subject_id, started_by, state, done, total, result, problem, attempts,
           created_at, finished_at
      from task where task_id = :task_id
    """
)
_OPEN_NAMES = text("select distinct name from task where state in ('waiting', 'running')")


def task_by_id(connection: Connection, task_id: UUID) -> dict[str, Any] | None:
    row = connection.execute(_BY_ID, {"task_id": task_id}).mappings().one_or_none()
    return None if row is None else dict(row)


def open_names(connection: Connection) -> set[str]:
    """The names of all tasks that wait or run."""
    return set(connection.execute(_OPEN_NAMES).scalars())
