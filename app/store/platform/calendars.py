"""SQL of calendars: the days of years as they were proposed, and which of them two signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.log.acting import tell
from behaviours.calendars import CALENDAR, CalendarYear, NewCalendarYear, SuppliedDay
from behaviours.json_value import JsonObject

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('calendars', 0))")
_ADD = text(
    """
    insert into calendar_year (calendar_id, year, source, days, proposed_at)
    values (:calendar_id, :year, :source, :days, :proposed_at)
    """
).bindparams(bindparam("days", type_=JSONB))
# Published is what both roles signed, from the moment of the second signature.
_ALL = text(
    f"""
    select c.calendar_id, c.year, c.source, c.days, c.proposed_at,
           case when count(distinct s.role) = 2 then max(s.signed_at) end as published_at
      from calendar_year c
      left join signature s on s.subject_kind = '{CALENDAR}' and s.subject_id = c.calendar_id
     group by c.calendar_id order by c.calendar_id
    """  # noqa: S608 - a word of the domain
)
_NEWS = text(f"select count(*) from signature where subject_kind = '{CALENDAR}'")  # noqa: S608


def lock_calendars(connection: Connection) -> None:
    """Until the transaction ends nobody else proposes or publishes a year."""
    connection.execute(_ALONE)


def add_years(connection: Connection, proposed: Sequence[CalendarYear]) -> None:
    """Keep proposals."""
    if not proposed:
        return
    rows = [
        {
            "calendar_id": each.calendar_id,
            "year": each.year,
            "source": each.said.source,
            "days": [[d.day.isoformat(), d.is_working, d.name] for d in each.said.days],
            "proposed_at": each.proposed_at,
        }
        for each in proposed
    ]
    connection.execute(_ADD, rows)
    for each in proposed:
        told: JsonObject = {
            "days": len(each.said.days),
            "source": each.said.source,
            "published": False,
        }
        tell(CALENDAR, str(each.year), told)


def all_years(connection: Connection) -> list[CalendarYear]:
    """Every proposal, in order; there are a few for each year."""
    return [_year(row) for row in connection.execute(_ALL).mappings()]


def signatures_given(connection: Connection) -> int:
    """A number that rises whenever a year may have been published."""
    return int(connection.execute(_NEWS).scalar_one())


def _year(row: RowMapping) -> CalendarYear:
    days = tuple(
        SuppliedDay(date.fromisoformat(day), works, name) for day, works, name in row["days"]
    )
    published_at: datetime | None = row["published_at"]
    said = NewCalendarYear(row["year"], row["source"], days)
    return CalendarYear(row["calendar_id"], said, row["proposed_at"], published_at)
