"""What is due to go: by the schedule, and by the civil time of the programme."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from behaviours.civil_time import civil_day, months_later, start_of_day
from behaviours.retention import DAYS, HOURS, KINDS, YEARS, RetentionPeriod, RetentionTerms


def due_before(terms: RetentionTerms, kind: str, now: datetime, zone: tzinfo) -> datetime:
    """What of this kind began to be kept before this moment is due to go.

    What is stated elsewhere was worked out when it was written: it is due at its own moment.
    """
    if KINDS[kind].elsewhere is not None:
        return now
    return ago(terms.periods[kind], now, zone)


def ago(period: RetentionPeriod, now: datetime, zone: tzinfo) -> datetime:
    """The moment that lies a period back.

    Hours and days are durations; months and years are civil, back from the begin of today.
    """
    if period.unit == HOURS:
        return now - timedelta(hours=period.number)
    if period.unit == DAYS:
        return now - timedelta(days=period.number)
    months = period.number * (12 if period.unit == YEARS else 1)
    return start_of_day(months_later(civil_day(now, zone), -months), zone)
