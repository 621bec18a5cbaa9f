"""Count complaints month by month, as anybody may read it."""

from __future__ import annotations

from datetime import date

from app.clock import Clock
from app.store.complaints.months import count_months
from app.store.database import Connection
from behaviours.civil_time import start_of_day
from behaviours.complaint_months import MonthOfKind, told_months
from behaviours.complaints import Deadlines


def count_complaint_months(
    connection: Connection, year: int, *, deadlines: Deadlines, clock: Clock
) -> list[MonthOfKind]:
    """What was filed in each civil month of a year: what became of it, whether it was answered in
    time, and whether the authority had it."""
    since, until = (start_of_day(date(each, 1, 1), deadlines.zone) for each in (year, year + 1))
    counted = count_months(
        connection, since=since, until=until, now=clock.now(), zone=deadlines.zone
    )
    return told_months(counted)
