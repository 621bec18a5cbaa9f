"""Civil time: the days, months and years of a zone, as the people who live there count them.

Every function is told the zone; it is the programme's, and the programme's document states it.
Durations and order are of instants. Python compares and subtracts two times of one zone by the
wall clock, which is wrong on the two days of the year on which that clock is moved, so every
moment is brought to UTC before it is compared.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


def civil_day(moment: datetime, zone: tzinfo) -> date:
    """The civil day on which an aware moment falls."""
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first moment of a civil day, in UTC.

    Where the clock is put forward at midnight, the day starts at the moment of that change.
    """
    return instant(datetime(day.year, day.month, day.day, tzinfo=zone))


def day_ends_at(day: date, zone: tzinfo) -> datetime:
    """The first moment after a civil day, in UTC: 23, 24 or 25 hours after its start."""
    return start_of_day(day + timedelta(days=1), zone)


def months_later(day: date, months: int) -> date:
    """The same day of the month ``months`` later; 31 January + 1 month is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])


def instant(moment: datetime) -> datetime:
    """An aware moment in UTC, where order and differences are those of real time."""
    assert moment.tzinfo is not None, "a moment without an offset names no instant"
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def instant_text(moment: datetime) -> str:
    """An aware moment in UTC as ISO 8601 writes it."""
    # Most are in UTC already, and there are ten to an action.
    return _utc_text(moment if moment.tzinfo is UTC else instant(moment))


# The times of a list come again and again. Only times of UTC may be looked up: those of a zone
# whose clock is put back are equal to Python though an hour lies between them.
_utc_text = lru_cache(maxsize=16_384)(datetime.isoformat)


def moments_shown_as(wall: datetime, zone: tzinfo) -> list[datetime]:
    """The moments, in UTC and in order, at which the clocks of a zone show a naive time.

    One, as a rule; none while the clock is put forward, two while it is put back.
    """
    readings = {instant(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)}
    return sorted(one for one in readings if one.astimezone(zone).replace(tzinfo=None) == wall)


def lies_within(
    starts_at: datetime, ends_at: datetime, *, first: time, last: time, zone: tzinfo
) -> bool:
    """Whether all of it lies in one stretch of civil hours, from ``first`` up to ``last``.

    Hours that end at or before their beginning pass midnight. Where the clock is put back and
    shows an hour twice, the stretch is the longer one: it opens when the clock first shows
    ``first`` and closes when it last shows ``last``.
    """
    starts_at, ends_at = instant(starts_at), instant(ends_at)
    overnight = last <= first
    today = civil_day(starts_at, zone)
    for day in (today - timedelta(days=1), today) if overnight else (today,):
        opens_at = instant(datetime.combine(day, first, zone))
        closing = datetime.combine(day + timedelta(days=overnight), last, zone)
        # Of a time that the clock skips, the second reading lies before the first.
        closes_at = max(instant(closing), instant(closing.replace(fold=1)))
        if opens_at <= starts_at < closes_at and ends_at <= closes_at:
            return True
    return False


def utc_text(moment: datetime) -> str:
    """A moment as documents and answers state it: ``2026-07-01T04:00:00Z``, fractions only if it
    has any (RFC 3339)."""
    return f"{instant_text(moment).removesuffix('+00:00')}Z"


def civil_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as a page prints it: ``2026-07-01 12:00:00 +08:00 (Asia/Shanghai)``."""
    civil = moment.astimezone(zone).replace(microsecond=0, tzinfo=zone)
    return f"{civil.isoformat(sep=' ')[:19]} {civil.isoformat()[19:]} ({zone.key})"
