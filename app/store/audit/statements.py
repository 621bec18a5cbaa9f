"""The three books as they stood at a moment: turnovers by account, and postings of one account."""

# ruff: noqa: S608 - the statements are put together from constants of this file only

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from rewards.ledger import carbon, money, points
from rewards.ledger.statement import Turnover


class _Book(NamedTuple):
    """Where a book's postings are, by the names of its columns."""

    table: str
    posting_id: str
    kind: str
    amount: str
    reference_id: str
    of_person: str


# What people have, and what went between sponsors and their budgets.
_POINTS = """
(select participant_id, transfer_id, kind, debit_account, credit_account, points, reference_id,
        posted_at from points_transfer
  union all
 select null, posting_id, kind, debit_account, credit_account, points, budget_id,
        posted_at from budget_posting) posted
"""
_BOOKS = {
    points.CHART.book: _Book(
        _POINTS,
        "transfer_id",
        "kind",
        "points",
        "reference_id",
        "and (cast(:participant_id as uuid) is null or participant_id = :participant_id)",
    ),
    carbon.CHART.book: _Book("carbon_posting", "posting_id", "null", "mg", "bundle_id", ""),
    money.CHART.book: _Book("money_posting", "posting_id", "null", "fen", "reference_id", ""),
}
# Of accounts that stand together the name of their type, which ends in a colon.
_TYPE = "case when strpos({0}, ':') > 0 then split_part({0}, ':', 1) || ':' else {0} end"


def _turnovers(book: _Book) -> str:
    legs = " union all ".join(
        f"""
        select {_TYPE.format(side)} as account, {debit} as debit, {credit} as credit
          from {book.table} where posted_at <= :at
        """
        for side, debit, credit in (
            ("debit_account", book.amount, "0"),
            ("credit_account", "0", book.amount),
        )
    )
    return f"""
        select account, cast(sum(debit) as bigint), cast(sum(credit) as bigint)
          from ({legs}) legs group by account order by account
    """


def _turnover(book: _Book) -> str:
    return f"""
        select cast(coalesce(sum({book.amount}) filter (where debit_account = :account), 0)
                    as bigint),
               cast(coalesce(sum({book.amount}) filter (where credit_account = :account), 0)
                    as bigint)
          from {book.table}
         where :account in (debit_account, credit_account) and posted_at <= :at {book.of_person}
    """


def _entries(book: _Book) -> str:
    return f"""
        select {book.posting_id}, posted_at, {book.kind}, debit_account, credit_account,
               {book.amount}, {book.reference_id}
          from {book.table}
         where :account in (debit_account, credit_account) and posted_at <= :at {book.of_person}
           and (cast(:before as uuid) is null or {book.posting_id} < :before)
         order by {book.posting_id} desc limit :most
    """


_TURNOVERS = {name: text(_turnovers(book)) for name, book in _BOOKS.items()}
_TURNOVER = {name: text(_turnover(book)) for name, book in _BOOKS.items()}
_ENTRIES = {name: text(_entries(book)) for name, book in _BOOKS.items()}


class StoredPosting(NamedTuple):
    """One posting as it is kept; ``kind`` is None where the book does not write it down."""

    posting_id: UUID
    posted_at: datetime
    kind: str | None
    debit_account: str
    credit_account: str
    amount: int
    reference_id: UUID | None


def turnovers(connection: Connection, book: str, *, at: datetime) -> list[Turnover]:
    """Both sides of every account of a book; reads all its postings, for audits."""
    return [Turnover(*row) for row in connection.execute(_TURNOVERS[book], {"at": at})]


def turnover(
    connection: Connection, book: str, account: str, *, participant_id: UUID | None, at: datetime
) -> Turnover:
    """Both sides of one account; of one person's part of it by that person's own entries."""
    given = _given(book, account, participant_id, at)
    return Turnover(account, *connection.execute(_TURNOVER[book], given).one())


def postings_of(
    connection: Connection,
    book: str,
    account: str,
    *,
    participant_id: UUID | None,
    at: datetime,
    before: UUID | None,
    most: int,
) -> list[StoredPosting]:
    """Postings of one account, the last written first, from ``before`` on, by the primary key."""
    given = {**_given(book, account, participant_id, at), "before": before, "most": most}
    return [StoredPosting(*row) for row in connection.execute(_ENTRIES[book], given)]


def _given(
    book: str, account: str, participant_id: UUID | None, at: datetime
) -> Mapping[str, object]:
    person = {"participant_id": participant_id} if _BOOKS[book].of_person else {}
    return {"account": account, "at": at, **person}
