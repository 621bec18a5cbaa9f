"""Selection by sets: one statement moves a window of time into a bundle, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

# Rows are inserted in the order of the key, so that two bundles which meet wait for each other
# and never in a circle; who comes second skips what the first has taken.
# `offset 0` keeps the random salt from being computed again for the leaf.
_SELECT_WINDOW = text(
    r"""
    with chosen as (
        select a.participant_id, a.action_id, a.saved_mg, gen_random_uuid() as salt
          from action a
         where a.occurred_at >= :starts_at and a.occurred_at < :ends_at
           and a.vintage = :vintage
           and a.saved_mg > 0
           and a.action_class <> 'behaviour_only'
           and (cast(:methodology as text) is null or a.methodology = :methodology)
           and (cast(:region as text) is null or a.region = :region)
           and (a.provenance = any(:open_grades)
                or (:by_approval and (a.methodology, a.version) in (
                    select g.methodology, g.version from gate_approval g
                     where g.role in ('operator', 'authority')
                     group by g.methodology, g.version
                    having count(distinct g.role) = 2 and count(distinct g.user_id) >= 2)))
           and not exists (select from reversal r
                            where r.participant_id = a.participant_id
                              and r.action_id = a.action_id)
           and not exists (select from bundle_entry e
                            where e.participant_id = a.participant_id
                              and e.action_id = a.action_id)
           and not exists (select from organisation o
                            where o.organisation_id = a.provider_id and o.covered_emitter)
           and exists (select from contribution c
                        where c.participant_id = a.participant_id
                          and c.withdrawn_at is null
                          and (c.methodology is null or c.methodology = a.methodology)
                          and cast(a.occurred_at at time zone :zone as date)
                              between c.occurred_from and c.occurred_to)
         order by a.participant_id, a.action_id
        offset 0
    ), taken as (
        insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg, salt, leaf)
        select participant_id, action_id, :bundle_id, saved_mg, salt,
               sha256('\x00'::bytea || uuid_send(salt) || uuid_send(action_id)
                      || int8send(saved_mg))
          from chosen
        on conflict do nothing
        returning saved_mg
    )
    select count(*) as reductions, cast(coalesce(sum(saved_mg), 0) as bigint) as saved_mg
      from taken
    """
)
_RELEASE_CHUNK = text(
    """
    with going as (
        select participant_id, action_id from bundle_entry
         where bundle_id = :bundle_id order by action_id limit :most
    ), gone as (
        delete from bundle_entry e using going g
         where e.participant_id = g.participant_id and e.action_id = g.action_id
           and e.bundle_id = :bundle_id
        returning e.action_id
    )
    select count(*) from gone
    """
)


class Criteria(NamedTuple):
    """Which reductions a bundle may hold."""

    bundle_id: UUID
    methodology: str | None
    vintage: int
    region: str | None
    open_grades: Sequence[str]
    by_approval: bool
    zone: str


def select_window(
    connection: Connection, criteria: Criteria, *, starts_at: datetime, ends_at: datetime
) -> tuple[int, int]:
    """Put what qualifies and happened in the window into the bundle: (reductions, saved_mg)."""
    parameters = criteria._asdict() | {
        "open_grades": list(criteria.open_grades),
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    row = connection.execute(_SELECT_WINDOW, parameters).one()
    return row.reductions, row.saved_mg


def release_chunk(connection: Connection, bundle_id: UUID, *, most: int) -> int:
    """Let up to ``most`` reductions of a bundle go; returns how many went."""
    return connection.execute(_RELEASE_CHUNK, {"bundle_id": bundle_id, "most": most}).scalar_one()


def civil_midnight(connection: Connection, day: date, zone: str) -> datetime:
    """The moment a civil day starts."""
    statement = text("select cast(cast(:day as date) as timestamp) at time zone :zone")
    return connection.execute(statement, {"day": day, "zone": zone}).scalar_one()
