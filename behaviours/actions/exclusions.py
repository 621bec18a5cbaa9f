"""Either-or rules: which periods of which choice an action touches."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from behaviours.actions.action import Exclusion
from behaviours.civil_time import civil_day
from behaviours.rules.methodology import Trust


def exclusions_of(
    trust: Trust, on: date, ends_at: datetime | None, zone: tzinfo
) -> tuple[Exclusion, ...]:
    """One per period that the action touches: a metered month may reach into the next year."""
    last = on
    if ends_at is not None:
        # The end is open: a day that ends at midnight does not touch the next one.
        last = civil_day(ends_at - timedelta(microseconds=1), zone)
    found = []
    for rule in trust.exclusions:
        start = _period_start(rule.period, on)
        while start <= last:
            found.append(Exclusion(rule.group, rule.side, start))
            start = _next_period(rule.period, start)
    return tuple(found)


def _period_start(period: str, on: date) -> date:
    return on if period == "day" else on.replace(month=1, day=1)


def _next_period(period: str, start: date) -> date:
    return start + timedelta(days=1) if period == "day" else start.replace(year=start.year + 1)
