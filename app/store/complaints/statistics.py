"""SQL of the counts of complaints."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import Connection, text

from app.store.complaints.complaints import OVERDUE_NOW, STATE_NOW
from behaviours.complaint_statistics import IN_TIME, OVERDUE, CellCount
from behaviours.complaints import CLOSED, OPEN

_OPEN = ", ".join(f"'{each}'" for each in OPEN)
OPEN_NOW = f"state_now in ({_OPEN})"
# What is read of a complaint ``c``, and what became of it by that. What time has closed and nobody
# wrote down yet ended when its clock ran out.
READ = f"c.kind, c.outcome, {STATE_NOW} as state_now, {OVERDUE_NOW} as is_overdue"
BECAME_NOW = f"""
           case when state_now = '{CLOSED}' then outcome
                when not {OPEN_NOW} then state_now
                when is_overdue then '{OVERDUE}' else '{IN_TIME}' end
"""
_COUNTS = text(
    f"""
    select kind, {BECAME_NOW} as cell, count(*),
           percentile_disc(0.5) within group (
               order by (ended at time zone :zone)::date - (filed_at at time zone :zone)::date)
      from (select {READ}, c.filed_at,
                   case when {STATE_NOW} not in ({_OPEN}) then coalesce(c.ended_at, c.due_at) end
                       as ended
              from complaint c
             where c.filed_at >= :since and c.filed_at < :until) read
     group by 1, 2
    """
)


def count_filed(
    connection: Connection, *, since: datetime, until: datetime, now: datetime, zone: tzinfo
) -> list[CellCount]:
    """What was filed from a moment until before another, by kind and by what became of it."""
    given = {"since": since, "until": until, "now": now, "zone": str(zone)}
    return [CellCount(*row) for row in connection.execute(_COUNTS, given)]
