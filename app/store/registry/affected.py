"""What rests on reductions, read in sets: places in bundles, units by holder, who is told."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.registry.covering import HOLDERS
from rewards.registry.affected import AffectedReduction, HeldUnits, ToldHolder
from rewards.registry.block import HELD, SPLIT

_REDUCTIONS = text(
    """
    select a.action_id, a.saved_mg, r.action_id is not null, e.bundle_id, e.leaf
      from unnest(cast(:people as uuid[]), cast(:actions as uuid[])) as k (person, action)
      join action a on a.participant_id = k.person and a.action_id = k.action
      left join reversal r on r.participant_id = k.person and r.action_id = k.action
      left join bundle_entry e on e.participant_id = k.person and e.action_id = k.action
     order by a.action_id
    """
)
_UNITS = text(
    f"""
    select b.bundle_id, b.owner_id, o.name, b.state, count(*),
           cast(sum(upper(b.numbers) - lower(b.numbers)) as bigint)
      from unit_block b left join organisation o on o.organisation_id = b.owner_id
     where b.bundle_id = any(:bundle_ids) and b.state <> '{SPLIT}'
     group by 1, 2, 3, 4 order by 1, o.name nulls first, 2, 4
    """
)
_TOLD = text(
    f"""
    select b.bundle_id, o.organisation_id, o.name
      from unnest(cast(:bundle_ids as uuid[])) as b (bundle_id)
     cross join lateral ({HOLDERS.format(bundle="b.bundle_id")}) as h (owner_id)
      join organisation o on o.organisation_id = h.owner_id
     order by 1, o.name, 2
    """
)


def affected_reductions(
    connection: Connection, reductions: Sequence[tuple[UUID, UUID]]
) -> list[AffectedReduction]:
    """(participant, action) each: what was saved, and where that is; in the order of actions."""
    given = {
        "people": [person for person, _ in reductions],
        "actions": [action for _, action in reductions],
    }
    return [AffectedReduction(*row) for row in connection.execute(_REDUCTIONS, given)]


def units_by_holder(connection: Connection, bundle_ids: Sequence[UUID]) -> list[HeldUnits]:
    """The tonnes of bundles as they stand, by bundle, holder and state."""
    rows = connection.execute(_UNITS, {"bundle_ids": list(bundle_ids)})
    return [HeldUnits(*row) for row in rows]


def told_of(connection: Connection, bundle_ids: Sequence[UUID]) -> list[ToldHolder]:
    """Whoever holds, used or bought units of bundles, by bundle and name."""
    given = {"bundle_ids": list(bundle_ids), "held": list(HELD)}
    return [ToldHolder(*row) for row in connection.execute(_TOLD, given)]
