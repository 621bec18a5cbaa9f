"""Take away what is due of one kind, a part at a time, and add it to the day's report."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.store.database import Connection
from app.store.retention.due_rows import DueCount, take_due
from app.store.retention.reports import add_to_report
from behaviours.civil_time import civil_day
from behaviours.programme import Programme
from behaviours.retention_due import due_before

# Few enough that nobody waits for their locks.
AT_ONCE = 2_000


def take_what_is_due(
    connection: Connection,
    kind: str,
    *,
    programme: Programme,
    now: datetime,
    reported_at: datetime,
    most: int = AT_ONCE,
) -> DueCount:
    """What was taken; nothing when nothing is due that nobody holds.

    ``now`` is the time by which the kind lives, ``reported_at`` the programme's.
    """
    zone: tzinfo = programme.zone
    before = due_before(programme.retention, kind, now, zone)
    taken = take_due(connection, kind, before=before, zone=zone, most=most)
    if taken.rows:
        add_to_report(
            connection,
            taken,
            day=civil_day(reported_at, zone),
            kind=kind,
            period=str(programme.retention.periods[kind]),
            programme_version=programme.version,
            now=reported_at,
        )
    return taken
