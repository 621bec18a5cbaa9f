"""SQL of tombstones: what outlives an account, from its end to the next with the same identity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

_OF = "sha256('tombstone'::bytea || i.identity_digest)"
# Of the identities that lead to an account, what was used and is owed stands at the current one.
_CURRENT = "i.participant_id = :participant_id and i.former_since is null"
_RAISE = text(
    f"""
    insert into tombstone (tombstone_digest, debt, left_at, kept_until)
    select {_OF}, :debt, :now, cast(:now as timestamptz) + make_interval(months => :months)
      from identity i where {_CURRENT}
    """  # noqa: S608 - constants of this file
)
_RAISE_FORMER = text(
    f"""
    insert into tombstone (tombstone_digest, debt, left_at, kept_until, stands_for)
    select {_OF}, 0, :now, cast(:now as timestamptz) + make_interval(months => :months),
           (select {_OF} from identity i where {_CURRENT})
      from identity i where i.participant_id = :participant_id and i.former_since is not null
    """  # noqa: S608 - constants of this file
)
_KEEP_CAPS = text(
    f"""
    insert into tombstone_cap (tombstone_digest, cap_code, period_start, granted)
    select {_OF}, k.cap_code, k.period_start, k.granted
      from identity i join points_cap k using (participant_id)
     where {_CURRENT} and k.granted > 0
       and k.period_start
           > cast(cast(:now as timestamptz) - make_interval(months => :months) as date)
    """  # noqa: S608 - constants of this file
)
_KEEP_LIMITS = text(
    f"""
    insert into tombstone_limit (tombstone_digest, offer_id, quantity)
    select {_OF}, t.offer_id, t.quantity
      from identity i join offer_taken t using (participant_id)
     where {_CURRENT} and t.quantity > 0
    """  # noqa: S608 - constants of this file
)
# Not what leaving itself ends: who comes back through the same provider begins anew with it.
_KEEP_WITHDRAWALS = text(
    f"""
    insert into tombstone_withdrawal (tombstone_digest, organisation_id, scene)
    select {_OF}, w.organisation_id, w.scene
      from identity i join (
             select participant_id, organisation_id, scene from consent where withdrawn_at < :now
              union
             select participant_id, organisation_id, scene from inherited_withdrawal) w
       using (participant_id)
     where {_CURRENT}
    """  # noqa: S608 - constants of this file
)
_COME_BACK = """
    back as (
        select coalesce(former.stands_for, sha256('tombstone'::bytea || digest))
                   as tombstone_digest, participant_id
          from unnest(cast(:digests as bytea[]), cast(:people as uuid[]))
               as t (digest, participant_id)
          left join tombstone former
                 on former.tombstone_digest = sha256('tombstone'::bytea || digest))
"""
_CAPS = text(
    f"""
    with {_COME_BACK}, gone as (
        delete from tombstone_cap c using back where c.tombstone_digest = back.tombstone_digest
        returning back.participant_id, c.cap_code, c.period_start, c.granted
    ), kept as (
        insert into inherited_cap (participant_id, cap_code, period_start, granted)
        select participant_id, cap_code, period_start, sum(granted) from gone group by 1, 2, 3)
    insert into points_cap (participant_id, cap_code, period_start, granted)
    select participant_id, cap_code, period_start, sum(granted) from gone group by 1, 2, 3
    """  # noqa: S608 - constants of this file
)
_LIMITS = text(
    f"""
    with {_COME_BACK}, gone as (
        delete from tombstone_limit l using back where l.tombstone_digest = back.tombstone_digest
        returning back.participant_id, l.offer_id, l.quantity
    ), kept as (
        insert into inherited_limit (participant_id, offer_id, quantity)
        select participant_id, offer_id, sum(quantity) from gone group by 1, 2)
    insert into offer_taken (participant_id, offer_id, quantity)
    select participant_id, offer_id, sum(quantity) from gone group by 1, 2
    """  # noqa: S608 - constants of this file
)
_WITHDRAWALS = text(
    f"""
    with {_COME_BACK}, gone as (
        delete from tombstone_withdrawal w using back
         where w.tombstone_digest = back.tombstone_digest
        returning back.participant_id, w.organisation_id, w.scene)
    insert into inherited_withdrawal (participant_id, organisation_id, scene)
    select distinct participant_id, organisation_id, scene from gone
    """  # noqa: S608 - constants of this file
)
_LEAVINGS = text(
    f"""
    with {_COME_BACK}
    insert into inherited_leaving (participant_id, left_at)
    select back.participant_id, max(s.left_at)
      from back join tombstone s using (tombstone_digest) group by 1
    """  # noqa: S608 - constants of this file
)
_DEBTS = text(
    f"""
    with {_COME_BACK}
    delete from tombstone s using back where s.tombstone_digest = back.tombstone_digest
    returning back.participant_id, s.debt
    """  # noqa: S608 - constants of this file
)
_HAS = text(
    """
    select exists (select from tombstone
                    where tombstone_digest = sha256('tombstone'::bytea || :digest))
    """
)
_OWN = text(
    """
    delete from tombstone s using unnest(cast(:digests as bytea[])) as t (digest)
     where s.tombstone_digest = sha256('tombstone'::bytea || digest)
    """
)
_LAPSED = "select tombstone_digest from tombstone where kept_until <= :now limit :most"
_PURGE = tuple(
    text(f"delete from {table} where tombstone_digest in ({_LAPSED})")  # noqa: S608 - constants
    for table in ("tombstone_cap", "tombstone_limit", "tombstone_withdrawal", "tombstone")
)


def raise_tombstone(
    connection: Connection, participant_id: UUID, *, debt: int, months: int, now: datetime
) -> None:
    """Keep what the person behind a held account has used and owes; before they are forgotten."""
    asked = {"participant_id": participant_id, "debt": debt, "months": months, "now": now}
    for statement in (_RAISE, _RAISE_FORMER, _KEEP_CAPS, _KEEP_LIMITS, _KEEP_WITHDRAWALS):
        connection.execute(statement, asked)


def has_tombstone(connection: Connection, digest: bytes) -> bool:
    """Whether somebody left whose identity this was, and something of them is kept."""
    return bool(connection.execute(_HAS, {"digest": digest}).scalar_one())


def inherit(connection: Connection, people: Mapping[bytes, UUID]) -> dict[UUID, int]:
    """Give new accounts, by the digests of identities, what stands; what each still owes.

    What stands is what was used of caps and limits, and what was withdrawn.

    Somebody may have left under several spellings of one identity: what was used adds up.
    """
    asked = {"digests": list(people), "people": list(people.values())}
    for statement in (_CAPS, _LIMITS, _WITHDRAWALS, _LEAVINGS):
        connection.execute(statement, asked)
    owed = dict.fromkeys(people.values(), 0)
    for row in connection.execute(_DEBTS, asked):
        owed[row.participant_id] += row.debt
    connection.execute(_OWN, asked)
    return owed


def purge_tombstones(connection: Connection, *, now: datetime, most: int) -> int:
    """Forget tombstones whose time is over; how many."""
    gone = 0
    for statement in _PURGE:
        gone = connection.execute(statement, {"now": now, "most": most}).rowcount
    return gone
