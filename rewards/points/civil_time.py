"""Days and months as the programme's people live them, in their own time zone."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def civil_day(moment: datetime, zone: ZoneInfo) -> date:
    """The civil day on which an aware moment falls."""
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a civil day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of the month ``months`` later; 31 January + 1 month is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])


@lru_cache(maxsize=4096)
def lot_window(
    recorded_on: date, zone: ZoneInfo, hold_days: int, validity_months: int, to_month_end: bool
) -> tuple[datetime, datetime]:
    """(available_at, expires_at) in UTC of points that were earned on a civil day.

    Available from the start of the day ``hold_days`` later. Good through the day
    ``validity_months`` later (through the end of its month when ``to_month_end``); so
    ``expires_at`` is the start of the civil day after the last good one.
    """
    last_good_day = months_later(recorded_on, validity_months)
    if to_month_end:
        last_good_day = month_end(last_good_day)
    return (
        start_of_day(recorded_on + timedelta(days=hold_days), zone),
        start_of_day(last_good_day + timedelta(days=1), zone),
    )
