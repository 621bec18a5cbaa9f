"""The carbon book's rows: postings written, balances read; the accounts are the chart's."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_ids
from rewards.ledger.carbon import (
    BUNDLE,
    CARRY,
    RESERVE,
    REVERSED_AFTER_ISSUE,
    UNITS,
    WITHDRAWN,
    BundleBook,
    CarbonPosting,
)
from rewards.registry.block import LOCKED
from rewards.registry.issuing import TONNE_MG

_POST = text(
    """
    insert into carbon_posting (posting_id, debit_account, credit_account, mg, bundle_id, family,
                                vintage, posted_at)
    values (:posting_id, :debit, :credit, :mg, :bundle_id, :family, :vintage, :now)
    """
)
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_BALANCE = text(
    """
    select cast(coalesce(sum(case when debit_account = :account then mg else -mg end), 0)
                as bigint)
      from carbon_posting
     where family = :family and vintage = :vintage
       and :account in (debit_account, credit_account)
    """
)
# Every posting of a bundle is of its class, so what it put into the reserve stands for that class.
# What is locked to be handed over covers nothing meanwhile.
_RESERVE = text(
    f"""
    select cast(coalesce(sum(case when p.debit_account = :account then p.mg else -p.mg end), 0)
                as bigint)
           - (select cast(coalesce(sum(upper(k.numbers) - lower(k.numbers)), 0) as bigint)
                from unit_block k join bundle o on o.bundle_id = k.bundle_id
               where k.state = '{LOCKED}' and k.for_reserve and k.vintage = :vintage
                 and k.unit_class = :unit_class and o.methodology = :family) * {TONNE_MG}
      from carbon_posting p join bundle b on b.bundle_id = p.bundle_id
     where p.family = :family and p.vintage = :vintage and b.unit_class = :unit_class
       and :account in (p.debit_account, p.credit_account)
    """
)
_PLACES = text(
    """
    with gone as (
        select a.vintage,
               cast(sum(a.saved_mg) as bigint) as recorded,
               cast(coalesce(sum(a.saved_mg)
                    filter (where r.action_id is not null and f.bundle_id is null), 0) as bigint)
                    as reversed,
               cast(coalesce(sum(a.saved_mg)
                    filter (where r.action_id is null and f.bundle_id is null), 0) as bigint)
                    as pool
          from action a
          left join reversal r using (participant_id, action_id)
          left join (bundle_entry e join bundle f on f.bundle_id = e.bundle_id
                                                 and f.frozen_at is not null)
            on e.participant_id = a.participant_id and e.action_id = a.action_id
         group by a.vintage
    ), credited as (
        select vintage, cast(sum(selected_mg) as bigint) as mg from bundle
         where period_id is not null group by vintage
    ), moved as (
        select vintage, account, sum(mg) as mg
          from (select vintage, debit_account as account, mg from carbon_posting
                union all
                select vintage, credit_account, -mg from carbon_posting) legs
         group by vintage, account
    ), booked as (
        select vintage,
               sum(mg) filter (where account = :units or starts_with(account, :bundle))
                   as bundled,
               sum(mg) filter (where starts_with(account, :carry)) as carry,
               sum(mg) filter (where account = :reserve) as reserve,
               sum(mg) filter (where account = :withdrawn) as withdrawn,
               sum(mg) filter (where account = :taken_back) as taken_back
          from moved group by vintage
    )
    select vintage, coalesce(recorded, 0) + coalesce(credited.mg, 0) as recorded,
           coalesce(pool, 0) as pool,
           cast(coalesce(bundled, 0) as bigint) as bundled,
           cast(coalesce(carry, 0) as bigint) as carry,
           cast(coalesce(reserve, 0) as bigint) as reserve,
           cast(coalesce(withdrawn, 0) as bigint) as withdrawn,
           cast(coalesce(reversed, 0) + coalesce(taken_back, 0) as bigint) as reversed
      from gone full join booked using (vintage) full join credited using (vintage) order by vintage
    """
)


_ACCOUNTS = {
    "bundle": BUNDLE,
    "carry": CARRY,
    "reserve": RESERVE,
    "units": UNITS,
    "withdrawn": WITHDRAWN,
    "taken_back": REVERSED_AFTER_ISSUE,
}


class Places(NamedTuple):
    """Where the milligrams of a vintage stand."""

    vintage: int
    recorded: int
    pool: int
    bundled: int
    carry: int
    reserve: int
    withdrawn: int
    reversed: int

    @property
    def balanced(self) -> bool:
        """Whether every recorded milligram has a place."""
        return self.recorded == sum(self[2:])


def post(connection: Connection, postings: Sequence[CarbonPosting], *, now: datetime) -> list[UUID]:
    """Write the postings of bundles; their references are the bundles' ids. Returns their ids."""
    if not postings:
        return []
    ids = new_ids(len(postings))
    rows = [
        {
            "posting_id": made,
            "debit": each.posting.debit_account,
            "credit": each.posting.credit_account,
            "mg": each.posting.amount,
            "bundle_id": each.posting.reference_id,
            "family": each.family,
            "vintage": each.vintage,
            "now": now,
        }
        for made, each in zip(ids, postings, strict=True)
    ]
    connection.execute(_POST, rows)
    return ids


def lock_family(connection: Connection, family: str, vintage: int) -> None:
    """Nobody else takes or brings remainders and reserves of this family until we are done."""
    connection.execute(_LOCK, {"name": f"carbon:{family}:{vintage}"})


def balance(connection: Connection, account: str, *, family: str, vintage: int) -> int:
    """What an account holds of one family and vintage, in mg."""
    asked = {"account": account, "family": family, "vintage": vintage}
    held: int = connection.execute(_BALANCE, asked).scalar_one()
    return held


def reserve_of(connection: Connection, book: BundleBook) -> int:
    """What the reserve holds for units of one family, vintage and class, in mg."""
    asked = {
        "account": RESERVE,
        "family": book.family,
        "vintage": book.vintage,
        "unit_class": book.unit_class,
    }
    held: int = connection.execute(_RESERVE, asked).scalar_one()
    return held


def places(connection: Connection) -> list[Places]:
    """The whole book by vintage; reads every action, so it is for audits and statistics."""
    return [Places(*row) for row in connection.execute(_PLACES, _ACCOUNTS)]
