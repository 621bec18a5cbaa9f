"""SQL of rankings: who is in them, by which name, and what they saved in which month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.engagement.live_sums import counted, is_live
from app.store.inserting import by_name, insert_into
from behaviours.engagement import LiveSum
from behaviours.households import BY_SELF
from behaviours.people import ACTIVE
from behaviours.rankings import (
    PLACES_SHOWN,
    UNSHOWN,
    RankedPerson,
    Ranking,
    RankingEntry,
    RankingPeriod,
)

# ruff: noqa: S608 - these statements are put together from constants of the program only

_OF_ENTRY = (*("entry_id", "pseudonym", "text_version", "agreed_by", "agreed_at", "ended_at"),)
_ADD = text(insert_into("ranking_entry", ("participant_id", *_OF_ENTRY)))
# Whoever comes second waits for the first, and then has it not.
_TAKE_NAME = text(
    """
    insert into ranking_name (name_digest, participant_id) values (:digest, :participant_id)
        on conflict (name_digest) do nothing
    """
)
_STANDING = text(
    f"""
    select {", ".join(_OF_ENTRY)} from ranking_entry
     where participant_id = :participant_id and ended_at is null
    """
)
# The entry first: a count of its months that is under way is waited for, and taken away then.
_END = text(
    """
    update ranking_entry set ended_at = :now, pseudonym = null, counted_version = null
     where participant_id = any(cast(:people as uuid[])) and ended_at is null
       and (cast(:agreed_by as text) is null or agreed_by = :agreed_by)
    returning participant_id
    """
)
_FREE_NAMES = text("delete from ranking_name where participant_id = any(cast(:people as uuid[]))")
_FORGET = text("delete from ranking_month where participant_id = any(cast(:people as uuid[]))")
# Who entered alone and turned out to be a child is not shown; neither is who has left.
_PLACED = text(
    f"""
    with entry as (
        select e.participant_id, e.pseudonym,
               e.counted_version is not distinct from r.version as is_counted
          from ranking_entry e
          join participant p using (participant_id)
          join reduction_account r using (participant_id)
         where e.ended_at is null and p.state = '{ACTIVE}'
           and (cast(:region as text) is null or :region in (p.region, left(p.region, 5)))
           and not (e.agreed_by = '{BY_SELF}' and exists (
                select from guardianship g
                 where g.participant_id = e.participant_id and g.ended_at is null
                   and g.decides_from > :now))
    ), summed as (
        select e.participant_id, e.pseudonym, sum(m.saved_mg)::bigint as saved_mg,
               sum(m.actions)::bigint as actions
          from entry e join ranking_month m using (participant_id)
         where e.is_counted and m.month >= :first_day and m.month < :ends_before
         group by 1, 2
         union all
        select e.participant_id, e.pseudonym, s.saved_mg, s.actions
          from entry e
         cross join lateral (
            select {counted()} from action a
             where a.participant_id = e.participant_id and {is_live()}
               and a.occurred_at >= :starts_at and a.occurred_at < :ends_at) s
         where not e.is_counted
    ), placed as (
        select rank() over (order by saved_mg desc) as place, count(*) over () as people,
               row_number() over (order by saved_mg desc, pseudonym collate "C") as line,
               pseudonym, saved_mg, actions, participant_id = :reader as is_own
          from summed where saved_mg > 0
    )
    select place, people, line, pseudonym, saved_mg, actions, is_own
      from placed
     where people >= :least_people and (line <= :most or is_own)
     order by line
    """
)
# The version and the actions are of one snapshot; who is held by somebody else is left to the next
# round.
_COUNT = text(
    f"""
    with stale as materialized (
        select e.participant_id, e.entry_id, r.version
          from ranking_entry e join reduction_account r using (participant_id)
         where e.ended_at is null and e.counted_version is distinct from r.version
           and (cast(:after as uuid) is null or e.participant_id > :after)
         order by e.participant_id limit :most
           for no key update of e skip locked
    ), counted as materialized (
        select a.participant_id,
               cast(date_trunc('month', a.occurred_at at time zone :zone) as date) as month,
               {counted()}
          from stale s join action a using (participant_id)
         where {is_live()} group by 1, 2
    ), gone as (
        delete from ranking_month m using stale s
         where m.participant_id = s.participant_id
           and not exists (select from counted c
                            where c.participant_id = m.participant_id and c.month = m.month)
    ), kept as (
        insert into ranking_month (participant_id, month, saved_mg, actions)
        select participant_id, month, saved_mg, actions from counted
            on conflict (participant_id, month) do update
           set saved_mg = excluded.saved_mg, actions = excluded.actions
    )
    update ranking_entry e set counted_version = s.version
      from stale s where e.participant_id = s.participant_id and e.entry_id = s.entry_id
    returning e.participant_id
    """
)


def add_entry(
    connection: Connection, participant_id: UUID, entry: RankingEntry, *, digest: bytes
) -> bool:
    """Let the person of a held account into the rankings; False: the name is somebody else's."""
    taken = connection.execute(_TAKE_NAME, {"digest": digest, "participant_id": participant_id})
    if taken.rowcount == 0:
        return False
    connection.execute(_ADD, {"participant_id": participant_id, **by_name(_OF_ENTRY, entry)})
    return True


def entry_of(connection: Connection, participant_id: UUID) -> RankingEntry | None:
    """By which name a person is in the rankings now."""
    row = connection.execute(_STANDING, {"participant_id": participant_id}).one_or_none()
    return RankingEntry(*row) if row else None


def end_entries(
    connection: Connection,
    people: Sequence[UUID],
    *,
    agreed_by: str | None = None,
    now: datetime,
) -> None:
    """Take these people out of the rankings, and free their names; their accounts are held.

    ``agreed_by`` narrows it to what was agreed to by the person, or by a guardian.
    """
    asked = {"people": list(people), "agreed_by": agreed_by, "now": now}
    ended = list(connection.execute(_END, asked).scalars())
    if ended:
        for statement in (_FREE_NAMES, _FORGET):
            connection.execute(statement, {"people": ended})


def ranking_of(
    connection: Connection,
    period: RankingPeriod,
    *,
    region: str | None,
    reader: UUID,
    least_people: int,
    zone: ZoneInfo,
    now: datetime,
) -> Ranking:
    """Who of those who live in a region, None: anywhere, saved how much, as it stands now."""
    starts_at, ends_at = period.moments(zone)
    rows = connection.execute(
        _PLACED,
        {
            "first_day": period.first_day,
            "ends_before": period.ends_before,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "region": region,
            "reader": reader,
            "least_people": least_people,
            "most": PLACES_SHOWN,
            "now": now,
        },
    ).all()
    if not rows:
        return UNSHOWN
    people = [
        (row.line, RankedPerson(row.place, row.pseudonym, LiveSum(*row[4:6]), row.is_own))
        for row in rows
    ]
    own = next((each for _, each in people if each.is_own), None)
    return Ranking(
        rows[0].people, tuple(each for line, each in people if line <= PLACES_SHOWN), own
    )


def count_months(
    connection: Connection, *, after: UUID | None, most: int, zone: ZoneInfo
) -> list[UUID]:
    """Count the months of the next people whose account has changed; who they are."""
    asked = {"after": after, "most": most, "zone": zone.key}
    return sorted(connection.execute(_COUNT, asked).scalars())
