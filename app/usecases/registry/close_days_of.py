"""Close a table of the books for what is over: from then on the database takes no row into it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.demo.diary import is_being_seeded
from app.store.registry.anchors import close_book
from behaviours.civil_time import civil_day, start_of_day

# A row states the moment that its transaction was given, and the longest may take 40 minutes with
# all that it waits for: what is written later than this states a later day.
CLOSES_AFTER: Final = timedelta(hours=1)


def close_days_of(connection: Connection, table: str, *, zone: ZoneInfo, now: datetime) -> bool:
    """Close one table of the books up to the last day that ended an hour ago or more.

    In a transaction of its own, so that never more than one table is taken, and that for a moment.
    False when somebody held it for longer than writers should wait, and while a demo's past is
    being written: it is closed when this is done again.
    """
    until = start_of_day(civil_day(now - CLOSES_AFTER, zone), zone)
    return not is_being_seeded(connection) and close_book(connection, table, until=until)
