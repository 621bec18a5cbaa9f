"""Count what was done in each region on the next closed day."""

from __future__ import annotations

from datetime import date

from app.store.database import Connection
from app.store.registry.region_months import count_day, next_day


def count_next_day(connection: Connection) -> date | None:
    """The day that was counted; None when every closed day is.

    A closed day never changes, so that it is counted once: of two runs at the same moment one
    waits for the other and adds nothing.
    """
    found = next_day(connection)
    if found is None:
        return None
    day, starts_at, ends_at = found
    count_day(connection, day, starts_at=starts_at, ends_at=ends_at)
    return day
