"""SQL of reductions that another mechanism owns: found by the claims that the register blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.recording.rows import as_bytea

# Driven by the register, which is small beside what is recorded. The moment at which an interval
# ends belongs to the next one, as in ``behaviours.actions.declared``. What a household shares is
# owned in all its parts, of which one holds the claims.
_FIND = text(
    """
    insert into declared_reduction (participant_id, action_id, declaration_id)
    select a.participant_id, a.action_id, d.declaration_id
      from declared_elsewhere d
      join declared_claim c using (declaration_id)
     cross join lateral (
        select k.participant_id, k.action_id from claim_key k where k.claim_digest = c.claim_digest
        union all
        select m.participant_id, m.action_id from meter_interval m
         where m.meter_digest = c.claim_digest) held
     cross join lateral (
        select held.participant_id, held.action_id
        union all
        select s.participant_id, s.action_id from household_share s
         where s.whole_action_id = held.action_id and s.action_id <> s.whole_action_id) part
      join action a on a.participant_id = part.participant_id and a.action_id = part.action_id
     where (cast(:ids as uuid[]) is null or d.declaration_id = any(:ids))
       and cast(a.occurred_at at time zone :zone as date) <= coalesce(d.to_day, 'infinity')
       and cast(greatest(a.occurred_at, a.ended_at - interval '1 microsecond')
                at time zone :zone as date) >= d.from_day
        on conflict do nothing
    """
)
_CLAIMING = text(
    """
    with held as (
        select k.participant_id, k.action_id from claim_key k
         where k.claim_digest = any(cast(:digests as bytea[]))
         union
        select m.participant_id, m.action_id from meter_interval m
         where m.meter_digest = any(cast(:digests as bytea[])))
    select participant_id, action_id from held
     union
    select s.participant_id, s.action_id
      from held join household_share s on s.whole_action_id = held.action_id
     where s.action_id is not null
    """
)
_OF_DECLARATIONS = text(
    """
    select distinct participant_id, action_id from declared_reduction
     where declaration_id = any(cast(:ids as uuid[]))
    """
)
_COUNT = text(
    """
    select count(*) filter (where e.bundle_id is null) as in_pool,
           count(*) filter (where e.bundle_id is not null and b.frozen_at is null) as in_bundles,
           count(*) filter (where b.frozen_at is not null) as in_units
      from declared_reduction r
      left join bundle_entry e
        on e.participant_id = r.participant_id and e.action_id = r.action_id
      left join bundle b on b.bundle_id = e.bundle_id
     where r.declaration_id = :declaration_id
    """
)


class Declared(NamedTuple):
    """How many reductions another mechanism owns, by where they are.

    Those in the pool stay there, those in a bundle leave it before it is frozen, and those in
    units have to be taken back by two people.
    """

    in_pool: int
    in_bundles: int
    in_units: int


def find_declared(
    connection: Connection, *, zone: ZoneInfo, declaration_ids: Sequence[UUID] | None = None
) -> None:
    """Note which recorded reductions the register speaks of, or some of its declarations.

    An action that was being recorded while a declaration was made sees it not, nor is it seen by
    it: so this is done again when a selection begins and before a bundle is frozen.
    """
    ids = None if declaration_ids is None else list(declaration_ids)
    connection.execute(_FIND, {"ids": ids, "zone": zone.key})


def claiming(connection: Connection, digests: Sequence[bytes]) -> list[tuple[UUID, UUID]]:
    """(participant, action) of what is recorded with any of these claims, on whatever day."""
    rows = connection.execute(_CLAIMING, {"digests": as_bytea(digests)})
    return [(row.participant_id, row.action_id) for row in rows]


def reductions_of(
    connection: Connection, declaration_ids: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """(participant, action) of the recorded reductions that declarations speak of."""
    rows = connection.execute(_OF_DECLARATIONS, {"ids": list(declaration_ids)})
    return [(row.participant_id, row.action_id) for row in rows]


def count_declared(connection: Connection, declaration_id: UUID) -> Declared:
    """How many recorded reductions a declaration speaks of."""
    return Declared(*connection.execute(_COUNT, {"declaration_id": declaration_id}).one())
