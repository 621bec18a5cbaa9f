"""SQL of the counts of complaints month by month."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import Connection, text

from app.store.complaints.statistics import BECAME_NOW, OPEN_NOW, READ
from behaviours.complaint_months import (
    ANSWERED,
    ANSWERED_IN_TIME,
    ANSWERED_LATE,
    AUTHORITY_HAD,
    BECAME,
    ESCALATED,
    NOT_ESCALATED,
    UNANSWERED,
    WAITING,
    MonthCell,
)
from behaviours.complaints import ESCALATE, OVERRUN, REPLY, STEPS


def _said(step: str) -> str:
    return f"""exists (select from complaint_entry e
                        where e.participant_id = c.participant_id
                          and e.complaint_id = c.complaint_id and e.step = '{step}')"""


_UNANSWERED_IN_TIME = ", ".join(f"'{each}'" for each in STEPS[OVERRUN].needs)
# Silence counts from the moment at which the clock ran out, whoever writes it down later.
_LATE = f"({_said(OVERRUN)} or c.state in ({_UNANSWERED_IN_TIME}) and c.due_at <= :now)"
_AXES = {
    BECAME: BECAME_NOW,
    ANSWERED: f"""
        case when replied then '{ANSWERED_IN_TIME}' when late then '{ANSWERED_LATE}'
             when {OPEN_NOW} then '{WAITING}' else '{UNANSWERED}' end
    """,
    AUTHORITY_HAD: f"case when late or taken then '{ESCALATED}' else '{NOT_ESCALATED}' end",
}
_COUNTS = text(
    f"""
    with read as materialized (
        select extract(month from c.filed_at at time zone :zone)::int as month, {READ},
               {_said(REPLY)} as replied, {_said(ESCALATE)} as taken, {_LATE} as late
          from complaint c
         where c.filed_at >= :since and c.filed_at < :until)
    """
    + " union all ".join(
        f"select month, kind, '{axis}' as axis, {cell} as cell, count(*) from read"
        " group by month, kind, axis, cell"
        for axis, cell in _AXES.items()
    )
)


def count_months(
    connection: Connection, *, since: datetime, until: datetime, now: datetime, zone: tzinfo
) -> list[MonthCell]:
    """What was filed within a civil year, by month, kind, axis and cell."""
    given = {"since": since, "until": until, "now": now, "zone": str(zone)}
    return [MonthCell(*row) for row in connection.execute(_COUNTS, given)]
