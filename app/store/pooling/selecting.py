"""Selection by sets: one statement moves a window of time into a bundle, exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.pooling.fragments import (
    DECLARED,
    ENTRUSTED,
    GOOD_ENOUGH,
    IS_BUNDLED,
    IS_REVERSED,
    LEAF,
    OF_EMITTER,
    SELECTION_LOCK,
)
from rewards.pooling.documents import Amounts, Conditions
from rewards.pooling.eligibility import BEHAVIOUR_ONLY
from rewards.registry.unit_classes import unit_class
from rewards.signing import ROLES

# Rows are inserted in the order of the key, so that two bundles which meet wait for each other
# and never in a circle; who comes second skips what the first has taken.
# `offset 0` keeps the random salt from being computed again for the leaf.
_SELECT_WINDOW = text(
    f"""
    with chosen as (
        select a.participant_id, a.action_id, a.saved_mg, gen_random_uuid() as salt
          from action a
         where a.occurred_at >= :starts_at and a.occurred_at < :ends_at
           and a.vintage = :vintage
           and a.saved_mg > 0
           and a.action_class <> :never_pooled
           and (cast(:methodology as text) is null or a.methodology = :methodology)
           and (cast(:region as text) is null or :region in (a.region, left(a.region, 5)))
           and {GOOD_ENOUGH}
           and not {IS_REVERSED}
           and not {IS_BUNDLED}
           and not {OF_EMITTER}
           and not {DECLARED.format("a")}
           and {ENTRUSTED}
         order by a.participant_id, a.action_id
        offset 0
    ), taken as (
        insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg, salt, leaf)
        select participant_id, action_id, :bundle_id, saved_mg, salt, {LEAF}
          from chosen
        on conflict do nothing
        returning saved_mg
    )
    select count(*) as reductions, cast(coalesce(sum(saved_mg), 0) as bigint) as saved_mg
      from taken
    """  # noqa: S608
)
# A reversal holds the same lock together with other reversals: see ``leaving``.
_ALONE = text(f"select pg_advisory_xact_lock({SELECTION_LOCK})")
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


def wait_for_reversals(connection: Connection) -> None:
    """Let every reversal under way end first, and the next ones wait for this transaction.

    Call it before the lock of the bundle: a reversal locks its bundle after this.
    """
    connection.execute(_ALONE)


def select_window(
    connection: Connection,
    bundle_id: UUID,
    conditions: Conditions,
    *,
    starts_at: datetime,
    ends_at: datetime,
    zone: ZoneInfo,
) -> Amounts:
    """Put what is eligible and happened in the window into the bundle; returns what went in.

    The window lies within the conditions' civil days, which the caller turned into moments.
    """
    parameters = {
        "bundle_id": bundle_id,
        **asked(conditions, zone),
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    return Amounts(*connection.execute(_SELECT_WINDOW, parameters).one())


class AskedFor(TypedDict):
    """What a bundle's conditions and the rules of ``fragments`` are read by."""

    methodology: str | None
    vintage: int
    region: str | None
    open_grades: list[str]
    by_approval: bool
    never_pooled: str
    roles: list[str]
    zone: str


def asked(conditions: Conditions, zone: ZoneInfo) -> AskedFor:
    """What the rules of ``fragments`` and the conditions are read by."""
    allowed = unit_class(conditions.unit_class)
    return {
        "methodology": conditions.methodology,
        "vintage": conditions.vintage,
        "region": conditions.region,
        "open_grades": list(allowed.open_grades),
        "by_approval": allowed.by_approval,
        "never_pooled": BEHAVIOUR_ONLY,
        "roles": list(ROLES),
        "zone": zone.key,
    }


def release_chunk(connection: Connection, bundle_id: UUID, *, most: int) -> int:
    """Free up to ``most`` reductions of a bundle; returns how many."""
    freed: int = connection.execute(
        _RELEASE_CHUNK, {"bundle_id": bundle_id, "most": most}
    ).scalar_one()
    return freed
