"""End what its person complained about and left: nobody can read or answer it any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.complaints.complaints import lock_open_of, write_moved
from app.store.complaints.entries import add_entries
from app.store.database import Connection
from behaviours.actions.waiting import PLATFORM
from behaviours.complaints import ComplaintEntry


def leave_complaints(connection: Connection, people: Sequence[UUID], *, now: datetime) -> None:
    """They stay in the counts; the caller closes the accounts of these people."""
    said, moved = [], []
    for each in lock_open_of(connection, people):
        step, left = each.leave(now)
        assert left.ended_at is not None, "who leaves ends it"
        said.append((left, ComplaintEntry(step, PLATFORM, left.ended_at)))
        moved.append(left)
    write_moved(connection, moved)
    add_entries(connection, said)
