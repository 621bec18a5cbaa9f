"""Sums over everybody's open lots; a report, on which nothing is decided."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.points.liability import ExpiringMonth

# Points that end with a month end at the first moment of the next: the last good moment counts.
_MONTHS = """
SELECT cast(date_trunc('month', (expires_at - interval '1 microsecond') AT TIME ZONE %(zone)s::text)
         AS date),
  coalesce(sum(remaining) FILTER (WHERE available_at <= %(now)s), 0)::bigint,
  coalesce(sum(remaining) FILTER (WHERE available_at > %(now)s), 0)::bigint
FROM points_lot WHERE is_open AND expires_at > %(now)s GROUP BY 1 ORDER BY 1
"""
_TOTALS = (
    "SELECT coalesce(sum(held), 0)::bigint, coalesce(sum(debt), 0)::bigint FROM points_account"
)


def expiring_months(connection: Connection, *, now: datetime, zone: tzinfo) -> list[ExpiringMonth]:
    """What there is, by the civil month in which it is good for the last time."""
    rows = raw(connection).execute(_MONTHS, {"now": now, "zone": str(zone)})
    return [ExpiringMonth(*row) for row in rows]


def held_and_owed(connection: Connection) -> tuple[int, int]:
    """What is set aside for sales, and what people owe."""
    row = raw(connection).execute(_TOTALS).fetchone()
    assert row is not None
    return row[0], row[1]
