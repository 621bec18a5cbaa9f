"""Read calendars: every proposal of the days of a year, published or not."""

from __future__ import annotations

from app.store.database import Connection
from app.store.platform.calendars import all_years
from behaviours.calendars import CalendarYear


def read_calendars(connection: Connection) -> list[CalendarYear]:
    """In the order in which they were proposed; there are a few for each year."""
    return all_years(connection)
