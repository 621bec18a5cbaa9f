"""Finish a task that went well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.outbox.writing import finish


def finish_task(
    connection: Connection,
    task_id: UUID,
    attempt: int,
    *,
    done: int,
    total: int | None,
    result: Mapping[str, Any] | None,
    now: datetime,
) -> bool:
    """Store the result, a small JSON object; False when another worker has the task by now."""
    return finish(connection, task_id, attempt, done=done, total=total, result=result, now=now)
