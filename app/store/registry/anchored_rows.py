"""The rows of the books as they are anchored: which tables, which columns, in which order.

Left out of a reduction is what says more of the person than it needs to be counted: evidence,
quantities, the provider's number of the event. Of a unit block its numbers and origin are here,
which never change; its changes of hands and its end are rows of their own.
"""

# ruff: noqa: S608 - the statements are put together from constants of this file only

from __future__ import annotations

import heapq
from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from rewards.ledger.anchor import BOOK_OF_KIND, BOOKS, DayTotal, Row, total_of

_STREAM: Final = {"stream_results": True, "yield_per": 2_000}


@dataclass(frozen=True, slots=True)
class RowSource:
    """A table of rows of one kind; ``columns`` are those after id, moment and amount."""

    kind: str
    table: str
    id: str
    moment: str
    amount: str
    columns: tuple[str, ...]

    @property
    def book(self) -> str:
        return BOOK_OF_KIND[self.kind]


def _moment(column: str) -> str:
    return f"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _blocks(table: str, key: str) -> str:
    return (
        f"(select string_agg(b.block_id::text, ',' order by b.block_id) from {table} b"
        f" where b.{key} = s.{key})"
    )


SOURCES: Final = (
    RowSource(
        "reduction", "action", "action_id", "recorded_at", "saved_mg",
        ("participant_id", "provider_id", "behaviour", _moment("occurred_at"),
         _moment("ended_at"), "region", "methodology", "version", "encode(digest, 'hex')",
         "provenance", "action_class", "vintage", "points"),
    ),
    RowSource(
        "reversal", "reversal", "action_id", "reversed_at", "-saved_mg",
        ("participant_id", "reason_code", "points_taken", "points_owed", "points_kept"),
    ),
    RowSource(
        "carbon_posting", "carbon_posting", "posting_id", "posted_at", "mg",
        ("debit_account", "credit_account", "bundle_id", "family", "vintage"),
    ),
    RowSource(
        "points_transfer", "points_transfer", "transfer_id", "posted_at", "points",
        ("participant_id", "kind", "debit_account", "credit_account", "reference_id"),
    ),
    RowSource(
        "money_posting", "money_posting", "posting_id", "posted_at", "fen",
        ("debit_account", "credit_account", "reference_id"),
    ),
    RowSource(
        "unit_block", "unit_block", "block_id", "created_at",
        "upper(numbers) - lower(numbers)",
        ("bundle_id", "numbers", "unit_class", "vintage", "parent_id", "for_reserve"),
    ),
    RowSource(
        "unit_transfer", "unit_transfer", "transfer_id", "transferred_at",
        "quantity_t", ("block_id", "from_id", "to_id", "trade_id"),
    ),
    RowSource(
        "retirement", "retirement", "retirement_id", "retired_at", "quantity_t",
        ("enterprise_id", "beneficiary", "purpose", "period",
         "encode(sha256(convert_to(certificate::text, 'UTF8')), 'hex')",
         _blocks("retirement_block", "retirement_id")),
    ),
    RowSource(
        "cover", "cover", "cover_id", "covered_at", "cancelled_t",
        ("bundle_id", "kind", "mg", "posting_id", "organisation_id", "client_reference",
         _blocks("cover_block", "cover_id")),
    ),
)  # fmt: skip
TABLES: Final = tuple(source.table for source in SOURCES)


def _statement(source: RowSource) -> str:
    fields = ", ".join(
        f"cast({each} as text)"
        for each in (source.id, _moment(source.moment), source.amount, *source.columns)
    )
    return f"""
        select '{source.kind}', {fields} from {source.table} s
         where {source.moment} >= :starts_at and {source.moment} < :ends_at
         order by s.{source.id}
    """


_ROWS = {source: text(_statement(source)) for source in SOURCES}
_EARLIEST = text(
    "select min(earliest) from ("
    + " union all ".join(f"select min({s.moment}) as earliest from {s.table}" for s in SOURCES)
    + ") of_tables"
)
_BEFORE = {
    source: text(f"select count(*) from {source.table} where {source.moment} < :moment")
    for source in SOURCES
}


def anchored_rows(
    connection: Connection, book: str, *, starts_at: datetime, ends_at: datetime
) -> Generator[Row, None, None]:
    """The rows of a book between two moments, the second not included, in the order of ids.

    Streamed: the sorting is PostgreSQL's, and a few thousand rows are held here.
    """
    limits = {"starts_at": starts_at, "ends_at": ends_at}
    with ExitStack() as opened:
        streams = [
            opened.enter_context(
                connection.execute(_ROWS[source], limits, execution_options=_STREAM)
            )
            for source in SOURCES
            if source.book == book
        ]
        for row in heapq.merge(*streams, key=lambda row: row[1]):
            yield tuple(row)


def day_totals(
    connection: Connection, *, starts_at: datetime, ends_at: datetime
) -> dict[str, DayTotal]:
    """What each book's rows between two moments come to, from the rows themselves."""
    totals = {}
    for book in BOOKS:
        with closing(anchored_rows(connection, book, starts_at=starts_at, ends_at=ends_at)) as rows:
            totals[book] = total_of(rows)
    return totals


def earliest_row(connection: Connection) -> datetime | None:
    """When the first row of any book was written; reads whole tables, and once alone."""
    earliest: datetime | None = connection.execute(_EARLIEST).scalar_one()
    return earliest


def rows_before(connection: Connection, moment: datetime) -> dict[str, int]:
    """How many rows each book has from before a moment, for those that have any."""
    found: dict[str, int] = {}
    for source, statement in _BEFORE.items():
        count = connection.execute(statement, {"moment": moment}).scalar_one()
        if count:
            found[source.book] = found.get(source.book, 0) + count
    return found
