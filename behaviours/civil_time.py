"""Civil time of the programme: the days, months and years that rules speak of."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PROGRAMME_ZONE = ZoneInfo("Asia/Shanghai")


def civil_day(moment: datetime) -> date:
    """The day of an aware moment on the programme's calendar."""
    return moment.astimezone(PROGRAMME_ZONE).date()


def lies_within(starts_at: datetime, ends_at: datetime, first: time, last: time) -> bool:
    """Whether all of it lies in one stretch of civil hours, from ``first`` up to ``last``.

    Hours that end at or before their beginning pass midnight.
    """
    begins = starts_at.astimezone(PROGRAMME_ZONE)
    overnight = last <= first
    day = begins.date()
    if overnight and begins.time() < last:
        day -= timedelta(days=1)
    opens_at = datetime.combine(day, first, PROGRAMME_ZONE)
    closes_at = datetime.combine(day + timedelta(days=overnight), last, PROGRAMME_ZONE)
    return opens_at <= starts_at < closes_at and ends_at <= closes_at
