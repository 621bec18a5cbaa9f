"""Count complaints, as anybody may read it."""

from __future__ import annotations

from datetime import date

from app.clock import Clock
from app.store.complaints.statistics import count_filed
from app.store.database import Connection
from behaviours.civil_time import start_of_day
from behaviours.complaint_statistics import KindCounts, told
from behaviours.complaints import Deadlines


def count_complaints(
    connection: Connection, year: int, *, deadlines: Deadlines, clock: Clock
) -> list[KindCounts]:
    """What was filed in a civil year of the programme, by kind and by what became of it."""
    since, until = (start_of_day(date(each, 1, 1), deadlines.zone) for each in (year, year + 1))
    counted = count_filed(
        connection, since=since, until=until, now=clock.now(), zone=deadlines.zone
    )
    return told(counted)
