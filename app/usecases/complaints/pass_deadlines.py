"""Move complaints whose clock ran out: silence takes one to the authority, or lets an answer be."""

from __future__ import annotations

from app.clock import Clock
from app.store.complaints.complaints import lock_due
from app.store.database import Connection
from app.usecases.complaints.pass_time import pass_time
from behaviours.complaints import Deadlines

CHUNK_COMPLAINTS = 200


def pass_deadlines(
    connection: Connection,
    *,
    deadlines: Deadlines,
    clock: Clock,
    complaints: int = CHUNK_COMPLAINTS,
) -> int:
    """Move the longest overdue ``complaints``; returns how many. Run it again until it is 0.

    What somebody else holds at the moment is left to them: they write the same.
    """
    due = lock_due(connection, now=clock.now(), most=complaints)
    pass_time(connection, due, now=clock.now(), deadlines=deadlines)
    return len(due)
