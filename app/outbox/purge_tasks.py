"""Purge tasks: the platform's own finished work is forgotten after a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.store.database import Connection
from app.store.outbox.writing import purge

KEPT = timedelta(days=7)


def purge_tasks(connection: Connection, *, now: datetime, most: int = 5_000) -> int:
    """Delete up to ``most`` finished tasks without subject and starter; returns how many."""
    return purge(connection, before=now - KEPT, most=most)
