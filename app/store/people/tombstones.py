"""SQL of tombstones: what outlives an account, from its end to the next with the same identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Connection, TextClause, text

from behaviours.actions.inherited import AGREED, DONE, ONCE, RIDE, SIDE, Fact
from behaviours.rules.limit_rule import LIFE_BEGINS

_OF = "sha256('tombstone'::bytea || i.identity_digest)"
# Of the identities that lead to an account, what was used and is owed stands at the current one.
_CURRENT = "i.participant_id = :participant_id and i.former_since is null"
# What somebody else of the household reported is of their day.
_PASSED_ON = """exists (select from household_share s
                          where s.action_id = a.action_id and s.whole_action_id <> s.action_id)"""
_RAISE = text(
    f"""
    insert into tombstone (tombstone_digest, debt, left_at, kept_until, limits)
    select {_OF}, :debt, :now, cast(:now as timestamptz) + make_interval(months => :months),
           cast(:limits as jsonb)
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
# Whoever came back by one of their identities leaves by all of them again.
_RAISE_LED = text(
    f"""
    update tombstone
       set leads_to = null, stands_for = (select {_OF} from identity i where {_CURRENT}),
           left_at = :now, kept_until = cast(:now as timestamptz) + make_interval(months => :months)
     where leads_to = :participant_id
    """  # noqa: S608 - constants of this file
)
# What of an account limits its person further on: of the day of leaving the time of rides and what
# counts towards the day, of the running year the sides of choices, and who may have been told of
# consents; and what was inherited of it all before. ``behaviours.actions.inherited`` reads it.
_LIMITS_OF = text(
    f"""
    with known as (
        select fact from inherited_leaving, jsonb_array_elements(limits) as t (fact)
         where participant_id = :participant_id
    )
    select fact from known
     where fact ->> 0 in ('{ONCE}', '{AGREED}')
        or (fact ->> 0 = '{RIDE}' and cast(fact ->> 2 as timestamptz) > :day_starts_at)
        or (fact ->> 0 = '{SIDE}' and cast(fact ->> 2 as date) >= :year_starts_on)
        or (fact ->> 0 = '{DONE}' and cast(fact ->> 2 as date) >= :on)
    union all
    select jsonb_build_array('{RIDE}', starts_at, ends_at) from person_interval
     where participant_id = :participant_id and ends_at > :day_starts_at
    union all
    select jsonb_build_array('{SIDE}', exclusion_group, period_start, side) from exclusion_claim
     where participant_id = :participant_id and period_start >= :year_starts_on
    union all
    select jsonb_build_array('{DONE}', behaviour, :on, quantities, provider_id is null)
      from action a
     where participant_id = :participant_id and occurred_at >= :day_starts_at
       and behaviour = any(cast(:behaviours as text[]))
       and not exists (select from reversal r
                        where r.participant_id = a.participant_id and r.action_id = a.action_id)
       and not {_PASSED_ON}
    union all
    select jsonb_build_array('{DONE}', behaviour, :on, jsonb_build_object(), provider_id is null)
      from waiting_action a
     where participant_id = :participant_id and occurred_at >= :day_starts_at
       and behaviour = any(cast(:behaviours as text[])) and not {_PASSED_ON}
    union all
    select jsonb_build_array('{AGREED}', organisation_id, scene) from consent
     where participant_id = :participant_id group by organisation_id, scene
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
# A year is kept whole, however soon a tombstone falls, and a life until then.
_KEEP_RULE_LIMITS = text(
    f"""
    insert into tombstone_rule_limit (tombstone_digest, limit_code, period_start, used)
    select {_OF}, k.limit_code, k.period_start, k.used
      from identity i join rule_limit k using (participant_id)
     where {_CURRENT} and k.used > 0
       and (k.period_start = '{LIFE_BEGINS}' or k.period_start > cast(
            cast(:now as timestamptz) - make_interval(months => greatest(:months, 13)) as date))
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
_HOLD = text(
    """
    with asked as (
        select digest, sha256('tombstone'::bytea || digest) as tombstone_digest
          from unnest(cast(:digests as bytea[])) as t (digest)
    ), roots as (
        select coalesce(s.stands_for, s.tombstone_digest) as root
          from tombstone s join asked using (tombstone_digest)
    ), stones as materialized (
        select tombstone_digest, leads_to, coalesce(stands_for, tombstone_digest) as root
          from tombstone
         where tombstone_digest in (
                   select tombstone_digest from asked union all select root from roots)
            or stands_for in (select root from roots)
         order by tombstone_digest
           for update
    )
    select digest, leads_to, root from stones join asked using (tombstone_digest)
    """
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


def _inherited(stone: str, kept: str, live: str, code: str, used: str) -> TextClause:
    """What was used of something in each period goes over to the new account, and is kept."""
    return text(
        f"""
        with {_COME_BACK}, gone as (
            delete from {stone} c using back where c.tombstone_digest = back.tombstone_digest
            returning back.participant_id, c.{code}, c.period_start, c.{used}
        ), kept as (
            insert into {kept} (participant_id, {code}, period_start, {used})
            select participant_id, {code}, period_start, sum({used}) from gone group by 1, 2, 3)
        insert into {live} (participant_id, {code}, period_start, {used})
        select participant_id, {code}, period_start, sum({used}) from gone group by 1, 2, 3
        """  # noqa: S608 - constants of this file
    )


_CAPS = _inherited("tombstone_cap", "inherited_cap", "points_cap", "cap_code", "granted")
_RULE_LIMITS = _inherited(
    "tombstone_rule_limit", "inherited_rule_limit", "rule_limit", "limit_code", "used"
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
    insert into inherited_leaving (participant_id, left_at, limits)
    select back.participant_id, max(s.left_at),
           case when bool_and(s.limits is not null)
                then coalesce((select jsonb_agg(fact)
                                 from (select distinct b.tombstone_digest from back b
                                        where b.participant_id = back.participant_id) b
                                 join tombstone o using (tombstone_digest),
                                      jsonb_array_elements(o.limits) as t (fact)), '[]') end
      from back join tombstone s using (tombstone_digest) group by 1
    """  # noqa: S608 - constants of this file
)
# The other identities that led to the account go on leading to it.
_LEAD = text(
    f"""
    with {_COME_BACK}
    update tombstone s set leads_to = back.participant_id, stands_for = null, debt = 0,
           limits = null
      from back
     where back.tombstone_digest in (s.tombstone_digest, s.stands_for)
       and s.tombstone_digest not in (
               select sha256('tombstone'::bytea || digest)
                 from unnest(cast(:digests as bytea[])) as t (digest))
    """  # noqa: S608 - constants of this file
)
_DEBTS = text(
    f"""
    with {_COME_BACK}
    select back.participant_id, s.debt from back join tombstone s using (tombstone_digest)
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


class Stone(NamedTuple):
    """What stands for one identity of somebody who left.

    ``root`` is the same for all of one person; ``leads_to`` the account to which they came back.
    """

    digest: bytes
    root: bytes
    leads_to: UUID | None


def limits_of(
    connection: Connection,
    participant_id: UUID,
    *,
    day_starts_at: datetime,
    on: date,
    behaviours: Sequence[str],
) -> list[Fact]:
    """What limits the person behind a held account further on, that day and that year.

    ``behaviours`` are those whose rules count towards a day. What counts once for a person is made
    of evidence and comes from elsewhere, but for what was inherited of it.
    """
    asked = {
        "participant_id": participant_id,
        "day_starts_at": day_starts_at,
        "on": on,
        "year_starts_on": on.replace(month=1, day=1),
        "behaviours": list(behaviours),
    }
    return list(connection.execute(_LIMITS_OF, asked).scalars())


def raise_tombstone(
    connection: Connection,
    participant_id: UUID,
    *,
    debt: int,
    limits: Sequence[Fact],
    months: int,
    now: datetime,
) -> None:
    """Keep what the person behind a held account has used and owes; before they are forgotten."""
    asked = {"participant_id": participant_id, "debt": debt, "months": months, "now": now}
    connection.execute(_RAISE, {**asked, "limits": orjson.dumps(limits).decode()})
    for statement in (
        *(_RAISE_LED, _RAISE_FORMER, _KEEP_CAPS, _KEEP_RULE_LIMITS, _KEEP_LIMITS),
        _KEEP_WITHDRAWALS,
    ):
        connection.execute(statement, asked)


def hold_tombstones(connection: Connection, digests: Sequence[bytes]) -> list[Stone]:
    """Hold what stands for these identities until the transaction ends.

    So nobody comes back by two of their identities at the same moment as two people.
    """
    rows = connection.execute(_HOLD, {"digests": list(digests)})
    return [Stone(bytes(row.digest), bytes(row.root), row.leads_to) for row in rows]


def has_tombstone(connection: Connection, digest: bytes) -> bool:
    """Whether somebody left whose identity this was, and something of them is kept."""
    return bool(connection.execute(_HAS, {"digest": digest}).scalar_one())


def inherit(connection: Connection, people: Mapping[bytes, UUID]) -> dict[UUID, int]:
    """Give new accounts, by the digests of identities, what stands; what each still owes.

    What stands is what was used of caps and limits, and what was withdrawn.

    Somebody may have left under several spellings of one identity: what was used adds up.
    """
    asked = {"digests": list(people), "people": list(people.values())}
    for statement in (_CAPS, _RULE_LIMITS, _LIMITS, _WITHDRAWALS, _LEAVINGS):
        connection.execute(statement, asked)
    owed = dict.fromkeys(people.values(), 0)
    for row in connection.execute(_DEBTS, asked):
        owed[row.participant_id] += row.debt
    connection.execute(_LEAD, asked)
    connection.execute(_OWN, asked)
    return owed
