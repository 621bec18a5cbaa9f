"""SQL of the report of what was taken away: by civil day and kind."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, text

from app.store.retention.due_rows import DueCount
from behaviours.retention import RetentionReport

_ADD = text(
    """
    insert into retention_report as r (day, kind, period, programme_version, removed, oldest,
                                       newest, last_at)
    values (:day, :kind, :period, :programme_version, :rows, :oldest, :newest, :now)
        on conflict (day, kind) do update
       set period = excluded.period, programme_version = excluded.programme_version,
           removed = r.removed + excluded.removed, oldest = least(r.oldest, excluded.oldest),
           newest = greatest(r.newest, excluded.newest), last_at = excluded.last_at
    """
)
_READ = text(
    """
    select day, kind, period, programme_version, removed, oldest, newest, last_at
      from retention_report
     where (cast(:kind as text) is null or kind = :kind)
       and (cast(:before_day as date) is null or (day, kind) < (:before_day, :before_kind))
     order by day desc, kind desc limit :most
    """
)


def add_to_report(
    connection: Connection,
    taken: DueCount,
    *,
    day: date,
    kind: str,
    period: str,
    programme_version: str,
    now: datetime,
) -> None:
    """Add what was taken away in this transaction."""
    connection.execute(
        _ADD,
        {
            **taken._asdict(),
            "day": day,
            "kind": kind,
            "period": period,
            "programme_version": programme_version,
            "now": now,
        },
    )


def reports(
    connection: Connection, *, kind: str | None, before: tuple[date, str] | None, most: int
) -> list[RetentionReport]:
    """The last day first."""
    day, last_kind = before or (None, None)
    given = {"kind": kind, "before_day": day, "before_kind": last_kind, "most": most}
    return [RetentionReport(*row) for row in connection.execute(_READ, given)]
