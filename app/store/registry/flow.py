"""SQL of the flow: closed sums of what people recorded, the carbon book, and issued units.

Of what people recorded only sums are read that were counted when their day was over; the book has a
few lines for each bundle.
"""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from rewards.ledger.carbon import BUNDLE, CARRY, POOL, PROJECTS, RESERVE, UNITS, WITHDRAWN
from rewards.registry.block import CANCELLED, REPLACED, RETIRED
from rewards.registry.flow import BookedMass, IssuedMass
from rewards.registry.issuing import TONNE_MG

# One statement, so that the day and its sums are of one moment.
_COUNTED = text(
    """
    with last as (select max(day) as day from counted_day)
    select last.day, r.month, r.behaviour, cast(sum(r.saved_mg) as bigint),
           cast(sum(r.reversed_mg) as bigint), cast(max(r.people) as bigint)
      from last join region_month r on true
     group by last.day, r.month, r.behaviour order by r.month, r.behaviour
    """
)
_ENDS = text("select (document ->> 'ends_at')::timestamptz from anchor where day = :day")
# What is taken back of a frozen bundle left the pool with it; few reversals come so late.
_LATE = text(
    """
    select cast(coalesce(sum(r.saved_mg), 0) as bigint)
      from reversal r
      join bundle_entry e on e.participant_id = r.participant_id and e.action_id = r.action_id
      join bundle b on b.bundle_id = e.bundle_id and b.frozen_at is not null
     where r.reversed_at < :until
    """
)
_REVERSING = text(
    """
    select coalesce(min(people), 0)
      from (select count(distinct participant_id) as people from reversal
             where reversed_at < :until
             group by date_trunc('month', reversed_at at time zone :zone)) months
    """
)
_BOOKED = text(
    """
    with leg as (
        select debit_account as account, mg, credit_account as other, posted_at
          from carbon_posting
        union all
        select credit_account, -mg, debit_account, posted_at from carbon_posting
    )
    select cast(coalesce(-sum(mg) filter (where account = :pool), 0) as bigint) as sealed,
           cast(coalesce(-sum(mg) filter (where account = :projects), 0) as bigint) as credited,
           cast(coalesce(sum(mg) filter (where starts_with(account, :bundle)), 0) as bigint)
               as waiting,
           cast(coalesce(sum(mg) filter (where account = :reserve and starts_with(other, :bundle)),
                0) as bigint) as reserve,
           cast(coalesce(sum(mg) filter (where starts_with(account, :carry)), 0) as bigint)
               as carried,
           cast(coalesce(sum(mg) filter (where account = :withdrawn), 0) as bigint) as withdrawn,
           cast(coalesce(sum(mg) filter (where account = :units and starts_with(other, :bundle)),
                0) as bigint) as issued
      from leg where posted_at < :until
    """
)
_UNITS = text(
    f"""
    select cast(coalesce(sum(t) filter (where state = '{RETIRED}'), 0) as bigint),
           cast(coalesce(sum(t) filter (where state not in ('{RETIRED}', '{CANCELLED}')
                and owner_id is not null), 0) as bigint),
           cast(coalesce(sum(t) filter (where state not in ('{RETIRED}', '{CANCELLED}')
                and owner_id is null), 0) as bigint),
           cast(coalesce(sum(t) filter (where state = '{CANCELLED}'), 0) as bigint)
      from (select b.state, b.owner_id, upper(b.numbers) - lower(b.numbers) as t
              from unit_block b join bundle u on u.bundle_id = b.bundle_id
             where b.state not in {REPLACED} and not b.for_reserve and u.issued_at < :until) live
    """
)
_ACCOUNTS = {
    "pool": POOL,
    "projects": PROJECTS,
    "bundle": BUNDLE,
    "reserve": RESERVE,
    "carry": CARRY,
    "withdrawn": WITHDRAWN,
    "units": UNITS,
}


class CountedMonth(NamedTuple):
    """What was recorded of a behaviour in a month and what was taken back then, in mg.

    ``people``: the most of one day in one region.
    """

    month: date
    behaviour: str
    saved_mg: int
    reversed_mg: int
    people: int


class CountedSums(NamedTuple):
    """Every closed sum, up to and including ``day``."""

    day: date
    months: Sequence[CountedMonth]


def counted(connection: Connection) -> CountedSums | None:
    """What was counted so far; None while nothing was."""
    found = connection.execute(_COUNTED).all()
    if not found:
        return None
    return CountedSums(found[0][0], [CountedMonth(*row[1:]) for row in found])


def end_of(connection: Connection, day: date) -> datetime:
    """The moment at which a closed day was over."""
    ends_at: datetime = connection.execute(_ENDS, {"day": day}).scalar_one()
    return ends_at


def reversed_late(connection: Connection, *, until: datetime) -> int:
    """What was taken back of frozen bundles before a moment, in mg."""
    found: int = connection.execute(_LATE, {"until": until}).scalar_one()
    return found


def fewest_reversing(connection: Connection, *, until: datetime, zone: str) -> int:
    """How many people anything was taken back from in the month with the fewest; 0: from nobody."""
    found: int = connection.execute(_REVERSING, {"until": until, "zone": zone}).scalar_one()
    return found


def booked_mass(connection: Connection, *, until: datetime) -> BookedMass:
    """The carbon book as it stood at a moment."""
    return BookedMass(*connection.execute(_BOOKED, {**_ACCOUNTS, "until": until}).one())


def issued_mass(connection: Connection, *, until: datetime) -> IssuedMass:
    """Where the units of bundles are now that were issued before a moment."""
    found = connection.execute(_UNITS, {"until": until}).one()
    return IssuedMass(*(tonnes * TONNE_MG for tonnes in found))
