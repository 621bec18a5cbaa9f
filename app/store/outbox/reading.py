"""Reading tasks: one by its id, and what is still open."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from app.store.outbox.task import RUNNING, WAITING, StoredTask

_BY_ID = text(
    """
    select task_id, name, subject_id, started_by, state, done, total, result, problem, attempts,
           created_at, finished_at
      from task where task_id = :task_id
    """
)
_OPEN_NAMES = text(
    f"select distinct name from task where state in ('{WAITING}', '{RUNNING}')"  # noqa: S608
)


def task_by_id(connection: Connection, task_id: UUID) -> StoredTask | None:
    row = connection.execute(_BY_ID, {"task_id": task_id}).one_or_none()
    return None if row is None else StoredTask(*row)


def open_names(connection: Connection) -> set[str]:
    """The names of all tasks that wait or run."""
    return set(connection.execute(_OPEN_NAMES).scalars())
