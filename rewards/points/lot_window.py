"""From when and until when points are good: whole civil days of the programme."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from behaviours.civil_time import day_ends_at, month_end, months_later, start_of_day


@lru_cache(maxsize=4096)
def lot_window(
    recorded_on: date, zone: tzinfo, hold_days: int, validity_months: int, to_month_end: bool
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
        day_ends_at(last_good_day, zone),
    )
