"""Count what a run would take away, and take nothing."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.retention.due_rows import DueCount, count_due
from behaviours.programme import Programme
from behaviours.retention_due import due_before


def count_what_is_due(
    connection: Connection, kind: str, *, programme: Programme, now: datetime
) -> DueCount:
    """How much of a kind is due, the oldest and the newest of it."""
    before = due_before(programme.retention, kind, now, programme.zone)
    return count_due(connection, kind, before=before, zone=programme.zone)
