"""The carbon book: where every milligram stands, as postings between named accounts.

A posting moves ``mg`` from its credited to its debited account:

* ``pool``: live reductions in no sealed bundle; leaving it is what sealing does;
* ``bundle:<hex>``: sealed and not yet issued;
* ``units``: numbered tonnes that were issued for sale;
* ``carry:<unit class>``: below a tonne, waiting for the next bundle of its family and vintage;
* ``reserve``: the stated share behind sold units, with ``buffer`` blocks for its whole tonnes;
* ``withdrawn``: deducted by the verifier's findings, never credited to anybody.

So ``recorded = pool + bundled + carried remainder + reserve + withdrawn + reversed`` where
``bundled`` is ``units`` and every ``bundle:…`` together. What entered a bundle and is not frozen
yet is still of the pool, because it can still be taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_ids

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
    ), moved as (
        select vintage, account, sum(mg) as mg
          from (select vintage, debit_account as account, mg from carbon_posting
                union all
                select vintage, credit_account, -mg from carbon_posting) legs
         group by vintage, account
    ), booked as (
        select vintage,
               cast(coalesce(sum(mg) filter (where account = 'units' or account like 'bundle:%'),
                    0) as bigint) as bundled,
               cast(coalesce(sum(mg) filter (where account like 'carry:%'), 0) as bigint) as carry,
               cast(coalesce(sum(mg) filter (where account = 'reserve'), 0) as bigint) as reserve,
               cast(coalesce(sum(mg) filter (where account = 'withdrawn'), 0) as bigint)
                    as withdrawn
          from moved group by vintage
    )
    select vintage, coalesce(recorded, 0) as recorded, coalesce(pool, 0) as pool,
           coalesce(bundled, 0) as bundled, coalesce(carry, 0) as carry,
           coalesce(reserve, 0) as reserve, coalesce(withdrawn, 0) as withdrawn,
           coalesce(reversed, 0) as reversed
      from gone full join booked using (vintage) order by vintage
    """
)


class Posting(NamedTuple):
    """``mg`` moves from ``credit`` to ``debit``; zero is left out."""

    debit: str
    credit: str
    mg: int
    family: str


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


def bundle_account(bundle_id: UUID) -> str:
    return f"bundle:{bundle_id.hex}"


def carry_account(unit_class: str) -> str:
    # A remainder never gets a better class by being carried.
    return f"carry:{unit_class}"


def post(
    connection: Connection,
    postings: Sequence[Posting],
    *,
    bundle_id: UUID,
    vintage: int,
    now: datetime,
) -> None:
    """Write the postings of one bundle."""
    rows = [
        {**each._asdict(), "bundle_id": bundle_id, "vintage": vintage, "now": now}
        for each in postings
        if each.mg > 0
    ]
    if rows:
        ids = new_ids(len(rows))
        connection.execute(
            _POST, [row | {"posting_id": made} for row, made in zip(rows, ids, strict=True)]
        )


def lock_family(connection: Connection, family: str, vintage: int) -> None:
    """Nobody else takes or brings remainders and reserves of this family until we are done."""
    connection.execute(_LOCK, {"name": f"carbon:{family}:{vintage}"})


def balance(connection: Connection, account: str, *, family: str, vintage: int) -> int:
    """What an account holds of one family and vintage, in mg."""
    return connection.execute(
        _BALANCE, {"account": account, "family": family, "vintage": vintage}
    ).scalar_one()


def places(connection: Connection) -> list[Places]:
    """The whole book by vintage; reads every action, so it is for audits and statistics."""
    return [Places(*row) for row in connection.execute(_PLACES)]
