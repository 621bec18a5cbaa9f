"""Read the log: a page of it, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.log.entries import list_entries
from app.store.organisations.users import find_user
from behaviours.logbook import LogEntry, LogFilter, seen_part
from behaviours.viewer import Viewer


def read_log(
    connection: Connection, wanted: LogFilter, *, by: Viewer, before: UUID | None, most: int
) -> Sequence[LogEntry]:
    """The rows of ``wanted`` that the asker may read, from before an id on.

    Raises LogNotReadable for who is neither of the programme nor an administrator.
    """
    reader = find_user(connection, by.user_id) if by.user_id and not by.sees_all else None
    return list_entries(connection, seen_part(wanted, by, reader), before=before, most=most)
