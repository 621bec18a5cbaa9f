"""Read what the programme owes in points, by the month in which it runs out."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.store.database import Connection
from app.store.points.liability import expiring_months, held_and_owed
from rewards.points.liability import Liability, liability_of


def read_liability(connection: Connection, *, now: datetime, zone: tzinfo) -> Liability:
    """Of everybody together; what ran out counts no more, whether it was swept or not."""
    held, debt = held_and_owed(connection)
    return liability_of(expiring_months(connection, now=now, zone=zone), held=held, debt=debt)
