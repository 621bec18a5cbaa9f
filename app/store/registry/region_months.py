"""SQL of what was done by region and month: a closed day is added once, and months are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, text

from behaviours.regional_statistics import MonthCount

# The first closed day that nobody has counted; days are anchored without a gap.
_NEXT = text(
    """
    select day, (document ->> 'starts_at')::timestamptz, (document ->> 'ends_at')::timestamptz
      from anchor
     where day > coalesce((select max(day) from counted_day), date '-infinity')
     order by day limit 1
    """
)
_TAKE = text("insert into counted_day (day) values (:day) on conflict (day) do nothing returning 1")
# Along the block ranges of a day's moments; what was taken back counts where it was done.
_COUNT = text(
    """
    insert into region_month as kept
        (month, region, behaviour, actions, saved_mg, reversed, reversed_mg, people)
    select cast(:month as date), region, behaviour, sum(actions), sum(saved_mg), sum(reversed),
           sum(reversed_mg), sum(people)
      from (select region, behaviour, count(*) as actions, sum(saved_mg) as saved_mg,
                   0 as reversed, 0 as reversed_mg, count(distinct participant_id) as people
              from action where recorded_at >= :starts_at and recorded_at < :ends_at
             group by region, behaviour
            union all
            select a.region, a.behaviour, 0, 0, count(*), sum(r.saved_mg), 0
              from reversal r
              join action a on a.participant_id = r.participant_id and a.action_id = r.action_id
             where r.reversed_at >= :starts_at and r.reversed_at < :ends_at
             group by a.region, a.behaviour) day
     group by region, behaviour
    on conflict (month, region, behaviour) do update
       set actions = kept.actions + excluded.actions,
           saved_mg = kept.saved_mg + excluded.saved_mg,
           reversed = kept.reversed + excluded.reversed,
           reversed_mg = kept.reversed_mg + excluded.reversed_mg,
           people = greatest(kept.people, excluded.people)
    """
)
_LAST = text("select max(day) from counted_day")
_MONTH = text(
    """
    select region, behaviour, actions - reversed, saved_mg - reversed_mg, people
      from region_month where month = :month order by region, behaviour
    """
)


def next_day(connection: Connection) -> tuple[date, datetime, datetime] | None:
    """The next closed day to count, from when until when; None: all are counted."""
    row = connection.execute(_NEXT).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def count_day(connection: Connection, day: date, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Add a closed day to its month; False when somebody else has."""
    if connection.execute(_TAKE, {"day": day}).one_or_none() is None:
        return False
    given = {"month": day.replace(day=1), "starts_at": starts_at, "ends_at": ends_at}
    connection.execute(_COUNT, given)
    return True


def last_counted_day(connection: Connection) -> date | None:
    found: date | None = connection.execute(_LAST).scalar_one()
    return found


def counts_of(connection: Connection, month: date) -> Sequence[MonthCount]:
    """What was done in a month, less what was taken back in it, by region and behaviour."""
    return [
        MonthCount(region, behaviour, int(actions), int(saved_mg), int(people))
        for region, behaviour, actions, saved_mg, people in connection.execute(
            _MONTH, {"month": month}
        )
    ]
