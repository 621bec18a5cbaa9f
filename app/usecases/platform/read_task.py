"""Read a task: its state and progress, for who started it and for who answers for everything."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.outbox.reading import task_by_id
from app.store.outbox.task import STATES, StoredTask
from behaviours.refusal import UnknownId
from behaviours.viewer import Viewer

TASK_STATES = STATES


class UnknownTask(UnknownId):
    """There is no such task, or who asks did not start it."""

    cases = ("task",)


def read_task(connection: Connection, task_id: UUID, *, viewer: Viewer) -> StoredTask:
    """The task with this id. Raises UnknownTask, also when it is not the viewer's to see.

    A user sees what they started and what their organisation started.
    """
    task = task_by_id(connection, task_id)
    if task is None or not _is_seen(task, viewer):
        raise UnknownTask("task")
    return task


def _is_seen(task: StoredTask, viewer: Viewer) -> bool:
    if viewer.sees_all:
        return True
    return task.started_by is not None and task.started_by in (viewer.user_id, viewer.tenant_id)
