"""Write down what time has done to complaints whose clock ran out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.complaints.complaints import write_moved
from app.store.complaints.entries import add_entries
from app.store.database import Connection
from behaviours.actions.waiting import PLATFORM
from behaviours.complaints import BY_TIME, Complaint, ComplaintEntry, Deadlines


def pass_time(
    connection: Connection, held: Sequence[Complaint], *, now: datetime, deadlines: Deadlines
) -> list[Complaint]:
    """The complaints as they stand now; the caller holds them.

    Each is moved at the moment at which its clock ran out, whenever that is written.
    """
    standing = [each.as_of(now, deadlines) for each in held]
    said, moved = [], []
    for before, after in zip(held, standing, strict=True):
        if after.state != before.state:
            assert before.due_at is not None, "time moves what has a clock"
            said.append((after, ComplaintEntry(BY_TIME[before.state], PLATFORM, before.due_at)))
            moved.append(after)
    write_moved(connection, moved)
    add_entries(connection, said)
    return standing
