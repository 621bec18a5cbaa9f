"""Selection by sets: one statement moves a window of time into a bundle, exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.pooling.fragments import (
    COVERS,
    DECLARED,
    ENTRUSTED,
    GOOD_ENOUGH,
    HAS_CAPS,
    IS_BUNDLED,
    IS_REVERSED,
    LEAF,
    OF_EMITTER,
    SELECTION_LOCK,
)
from app.store.pooling.mandates import KEEP_WHAT_IS_LEFT, weighing
from behaviours.vocabulary import BEHAVIOUR_ONLY
from rewards.pooling.counting import SELECTION
from rewards.pooling.documents import Amounts, Conditions
from rewards.registry.unit_classes import unit_class
from rewards.signing import ROLES

# Everything that is asked of a reduction but its entrustment; ``a`` is an action.
QUALIFIES = f"""a.occurred_at >= :starts_at and a.occurred_at < :ends_at
           and a.vintage = :vintage
           and a.saved_mg > 0
           and a.action_class <> :never_pooled
           and (cast(:methodologies as text[]) is null or a.methodology = any(:methodologies))
           and (cast(:region as text) is null or :region in (a.region, left(a.region, 5)))
           and {GOOD_ENOUGH}
           and not {IS_REVERSED}
           and not {IS_BUNDLED}
           and not {OF_EMITTER}
           and not {DECLARED.format("a")}"""
_TAKE = f"""
    taken as (
        insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg, salt, leaf)
        select participant_id, action_id, :bundle_id, saved_mg, salt, {LEAF}
          from chosen
        on conflict do nothing
        returning saved_mg
    )
    select count(*) as reductions, cast(coalesce(sum(saved_mg), 0) as bigint) as saved_mg
      from taken
"""  # noqa: S608
# Rows are inserted in the order of the key, so that two bundles which meet wait for each other
# and never in a circle; who comes second skips what the first has taken.
# `offset 0` keeps the random salt from being computed again for the leaf.
_SELECT_WINDOW = text(
    f"""
    with chosen as (
        select a.participant_id, a.action_id, a.saved_mg, gen_random_uuid() as salt
          from action a
         where {QUALIFIES}
           and {ENTRUSTED}
           and not exists (select from contribution c where {COVERS} and {HAS_CAPS})
         order by a.participant_id, a.action_id
        offset 0
    ), {_TAKE}
    """  # noqa: S608
)
# What a mandate with caps is of is weighed first, and what does not fit stays its person's.
_SELECT_CAPPED = text(
    f"""
    with {weighing(QUALIFIES)},
    {KEEP_WHAT_IS_LEFT},
    chosen as (
        select participant_id, action_id, saved_mg, gen_random_uuid() as salt
          from weighed where fits
         order by participant_id, action_id
        offset 0
    ), {_TAKE}
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
    ), unsaid as (
        delete from capped_reduction o
         where (o.participant_id, o.action_id, o.bundle_id) in (
            select participant_id, action_id, bundle_id from capped_reduction
             where bundle_id = :bundle_id limit :most)
        returning o.action_id
    ), forgotten as (
        delete from mandate_count where bundle_id = :bundle_id
    )
    select (select count(*) from gone) + (select count(*) from unsaid)
    """
)


def wait_for_reversals(connection: Connection) -> None:
    """Let every reversal under way end first, and the next ones wait for this transaction.

    Call it before the lock of the bundle: a reversal locks its bundle after this.
    """
    connection.execute(_ALONE)


class BundleWindow(NamedTuple):
    """A part of a bundle's days, which is looked at in one go; ``ends_at`` is not in it."""

    starts_at: datetime
    ends_at: datetime


def select_window(
    connection: Connection,
    bundle_id: UUID,
    conditions: Conditions,
    window: BundleWindow,
    *,
    zone: ZoneInfo,
) -> Amounts:
    """Put what is eligible and happened in the window into the bundle; returns what went in.

    The window lies within the conditions' civil days, which the caller turned into moments.
    """
    given = {"bundle_id": bundle_id, "phase": SELECTION, **window._asdict()}
    parameters = {**asked(conditions, zone), **given}
    free = Amounts(*connection.execute(_SELECT_WINDOW, parameters).one())
    capped = Amounts(*connection.execute(_SELECT_CAPPED, parameters).one())
    return Amounts(free.reductions + capped.reductions, free.saved_mg + capped.saved_mg)


class AskedFor(TypedDict):
    """What a bundle's conditions and the rules of ``fragments`` are read by."""

    methodologies: list[str] | None
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
        "methodologies": None if conditions.named is None else list(conditions.named),
        "vintage": conditions.vintage,
        "region": conditions.region,
        "open_grades": list(allowed.open_grades),
        "by_approval": allowed.by_approval,
        "never_pooled": BEHAVIOUR_ONLY,
        "roles": list(ROLES),
        "zone": zone.key,
    }


def release_chunk(connection: Connection, bundle_id: UUID, *, most: int) -> int:
    """Free up to ``most`` reductions of a bundle, and say of as many no longer that a cap left
    them out; returns how many."""
    freed: int = connection.execute(
        _RELEASE_CHUNK, {"bundle_id": bundle_id, "most": most}
    ).scalar_one()
    return freed
