"""Claim a task: from now on it is this worker's, for as long as the worker gives life signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.outbox.writing import claim


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in this worker's hands; ``attempt`` counts from 1."""

    task_id: UUID
    name: str
    subject_id: UUID | None
    arguments: dict[str, Any]
    attempt: int


def claim_task(
    connection: Connection, task_id: UUID, *, lease: timedelta, now: datetime
) -> Claimed | None:
    """None when the task is not waiting, not due or unknown: then there is nothing to do."""
    row = claim(connection, task_id, lease=lease, now=now)
    return None if row is None else Claimed(task_id, *row)
