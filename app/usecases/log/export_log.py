"""Export the log, oldest first, part after part, so that no transaction stays open for long."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.log.acting import tell
from app.store.log.entries import entries_after
from app.store.organisations.users import find_user
from behaviours.logbook import LogEntry, LogFilter, seen_part
from behaviours.logged_things import as_member
from behaviours.viewer import Viewer

LOG = "log"


def export_log(
    connection: Connection, wanted: LogFilter, *, by: Viewer, after: UUID | None, most: int
) -> Sequence[LogEntry]:
    """At most so many rows after an id; the first part tells the log what is exported.

    Raises LogNotReadable for who is neither of the programme nor an administrator.
    """
    reader = find_user(connection, by.user_id) if by.user_id and not by.sees_all else None
    part = seen_part(wanted, by, reader)
    if after is None:
        asked = part._asdict().items()
        tell(LOG, LOG, {name: as_member(name, value) for name, value in asked})
    return entries_after(connection, part, after=after, most=most)
