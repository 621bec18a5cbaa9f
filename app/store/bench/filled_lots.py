"""Books of many lots, made by sets: what is read of a person, and what expires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.bench.pooled_rides import vacuum
from app.store.database import Connection, Database

# Open lots expire an hour apart from ``first``; emptied ones did so an hour apart before it.
_LOTS = """
insert into points_lot (participant_id, lot_id, available_at, expires_at, granted, remaining)
select cast(lpad(to_hex(p), 32, '0') as uuid),
       cast('0199' || lpad(to_hex(p), 12, '0') || lpad(to_hex(n), 16, '0') as uuid),
       moment - interval '400 days', moment, 5, case when n > 0 then 5 else 0 end
  from generate_series(cast(%(from_person)s as int), cast(%(to_person)s as int)) p,
       generate_series(1 - cast(%(emptied)s as int), cast(%(each)s as int)) n,
       lateral (select cast(%(first)s as timestamptz) + n * interval '1 hour' as moment) at
"""
_ACCOUNTS = """
insert into points_account (participant_id, balance, held, debt, version)
select cast(lpad(to_hex(p), 32, '0') as uuid), 5 * cast(%(each)s as int), 0, 0, 0
  from generate_series(cast(%(from_person)s as int), cast(%(to_person)s as int)) p
"""
_LEFT = """
select (select count(*) from points_lot where is_open), (select count(*) from points_transfer),
       (select coalesce(sum(balance), 0)::bigint from points_account),
       (select count(distinct reference_id) from points_transfer)
"""


class LotsToFill(NamedTuple):
    """People by number, each with so many open lots of 5 points and so many emptied ones; the
    open ones expire one an hour after ``first``."""

    from_person: int
    to_person: int
    each: int
    emptied: int
    first: datetime


class BookLeft(NamedTuple):
    """What is left of a book: open lots, transfers, points, and lots that transfers name."""

    open_lots: int
    transfers: int
    points: int
    named: int


def fill_lots(database: Database, wanted: Sequence[LotsToFill]) -> None:
    """People with lots and nothing behind them."""
    for each in wanted:
        for statement in (_LOTS, _ACCOUNTS):
            database.transact(_run, statement, each)
    vacuum(database, "points_lot", "points_account")


def person_of(number: int) -> UUID:
    """The person of this number."""
    return UUID(int=number)


def book_left(connection: Connection) -> BookLeft:
    """What is left of the book."""
    return BookLeft(*connection.exec_driver_sql(_LEFT).one())


def _run(connection: Connection, statement: str, wanted: LotsToFill) -> None:
    connection.exec_driver_sql(statement, wanted._asdict())
