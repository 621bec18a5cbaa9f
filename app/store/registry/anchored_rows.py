"""The rows of the books as they are anchored: which tables, which columns, in which order.

Left out of a reduction is what says more of the person than it needs to be counted: evidence,
quantities, the provider's number of the event. Of a unit block its numbers and origin are here,
which never change; its changes of hands and its end are rows of their own. Of the log's rows, words
that somebody wrote freely stand here as their SHA-256: they may name people.
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

from rewards.ledger.anchor import (
    BOOK_OF_KIND,
    BOOKS_OF,
    FIRST_FORMAT,
    LOG,
    DayTotal,
    Row,
    has_kind,
    total_of,
)

_STREAM: Final = {"stream_results": True, "yield_per": 2_000}


@dataclass(frozen=True, slots=True)
class RowSource:
    """A table of rows of one kind; ``columns`` are those after id, moment and amount.

    ``added`` are columns that days of the first format have not.
    """

    kind: str
    table: str
    id: str
    moment: str
    amount: str
    columns: tuple[str, ...]
    added: tuple[str, ...] = ()

    def columns_in(self, form: str) -> tuple[str, ...]:
        return self.columns if form == FIRST_FORMAT else (*self.columns, *self.added)

    @property
    def book(self) -> str:
        return BOOK_OF_KIND[self.kind]


def _moment(column: str) -> str:
    return f"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _words(column: str) -> str:
    return f"encode(sha256(convert_to({column}::text, 'UTF8')), 'hex')"


def _text_id(expression: str) -> str:
    """An id that is a text: rows stand in the order of its bytes, as elsewhere of the uuid's."""
    return f'({expression}) collate "C"'


def _step(table: str, row_id: str, moment: str, *columns: str) -> RowSource:
    return RowSource(table, table, row_id, moment, "1", columns)


def _blocks(table: str, key: str) -> str:
    return (
        f"(select string_agg(b.block_id::text, ',' order by b.block_id) from {table} b"
        f" where b.{key} = s.{key})"
    )


# Each lot that a transfer took from or put into, and how much.
_LOTS = """(select string_agg(u.lot_id || ':' || u.points, ',' order by u.lot_id)
    from points_lot_use u
   where u.participant_id = s.participant_id and u.transfer_id = s.transfer_id)"""

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
        added=(_LOTS,),
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
         _words("certificate"),
         _blocks("retirement_block", "retirement_id")),
    ),
    RowSource(
        "cover", "cover", "cover_id", "covered_at", "cancelled_t",
        ("bundle_id", "kind", "mg", "posting_id", "organisation_id", "client_reference",
         _blocks("cover_block", "cover_id")),
    ),
    _step("signature", "subject_id", "signed_at", "subject_kind", "verb", "role", "user_id"),
    _step("reversal_signature", "action_id", "signed_at", "user_id", "role", "reason_code",
          _words("reason")),
    _step("hold_outcome", "action_id", "decided_at", "participant_id", "step", "decided_by",
          "reason_code", _words("reason")),
    _step("gate_approval", "user_id", "approved_at", "methodology", "version", "role",
          _words("reason")),
    _step("methodology_step", "step_id", "taken_at", "code", "version", "step", "state",
          "revision", "encode(digest, 'hex')", "user_id", "role", _words("details")),
    _step("methodology_withdrawal", _text_id("code || '@' || version"), "decided_at",
          "withdrawn_from", _words("reason")),
    _step("programme_document", _text_id("version"), "published_at", "effective_from", "digest"),
    _step("published_text", "text_id", "published_at", "kind", "version", _moment("in_force_at"),
          _words("bodies")),
    _step("verifier_pool_step", "step_id", "decided_at", "organisation_id", "admitted",
          "behaviours", "decided_by", _words("reason")),
    _step("independence_declaration", "declaration_id", "declared_at", "organisation_id",
          "by_itself", "interests", "of_operator", _words("group_name"), "declared_by"),
    _step("verifier_approval", "approval_id", "approved_at", "bundle_id", "verifier_id",
          "approved_by", _words("reason")),
    _step("verifier_seat", "seat_id", "seated_at", "bundle_id", "attempt", "verifier_id", "how"),
    _step("verifier_refusal", "bundle_id", "declined_at", "verifier_id", _words("reason")),
    _step("verification_step", "step_id", "taken_at", "bundle_id", "step", _words("said")),
    _step("replacement", "replacement_id", "asked_at", "bundle_id", "block_id", "quantity_t",
          "organisation_id", "client_reference", "asked_by"),
    _step("replacement_withdrawal", "replacement_id", "withdrawn_at", "withdrawn_by"),
    _step("holder_notice", "notice_id", "written_at", "organisation_id", "bundle_id", "posting_id",
          "reversed_mg", "shortfall_mg"),
    _step("notice_acknowledgement", "notice_id", "acknowledged_at", "acknowledged_by"),
    _step("identity_change", "change_id", "asked_at", "participant_id", "reason", _words("note"),
          "encode(evidence_sha256, 'hex')", "asked_by", _moment("notice_until")),
    _step("identity_change_end", "change_id", "ended_at", "participant_id", "s.ended", "ended_by"),
    _step("guardian_change", "change_id", "asked_at", "participant_id", "guardian_id",
          "text_version", "encode(evidence_sha256, 'hex')", _words("note")),
    _step("complaint_entry", "entry_id", "said_at", "participant_id", "complaint_id", "step",
          "said_by", "organisation_id", "user_id", "outcome", "reason_code", "action_id",
          "encode(sha256(seal), 'hex')"),
    _step("user_step", "step_id", "taken_at", "user_id", "step", "about", "taken_by", "role",
          _words("reason")),
    _step("log_entry", "entry_id", "taken_at", "verb", "role", "user_id", "client_id",
          "organisation_id", "subject_kind", "subject", _words("changes"), _words("reason"),
          "signed", "array_to_string(signers, ',')", "request_id", "address"),
    _step("organisation_step", "step_id", "taken_at", "organisation_id", "step", "ground",
          "taken_by", "role", _words("reason")),
    _step("scene_step", "step_id", "taken_at", "admission_id", "step", "taken_by", "role",
          _words("words")),
    _step("quota_alarm", "alarm_id", "alarmed_at", "provider_id", "day", "actions", "quota",
          "saved_mg", "quota_mg"),
)  # fmt: skip
TABLES: Final = tuple(source.table for source in SOURCES)


def _fields(source: RowSource, form: str) -> str:
    fields = (source.id, _moment(source.moment), source.amount, *source.columns_in(form))
    return ", ".join([f"'{source.kind}'", *(f"cast({each} as text)" for each in fields)])


def _statement(source: RowSource, form: str) -> str:
    return f"""
        select {_fields(source, form)} from {source.table} s
         where {source.moment} >= :starts_at and {source.moment} < :ends_at
         order by {source.id}
    """


def _log(form: str) -> str:
    """Of many small tables in one statement: each row is an array, as they differ in length."""
    of_tables = (
        f"""
        select array[{_fields(source, form)}] as row from {source.table} s
         where {source.moment} >= :starts_at and {source.moment} < :ends_at
        """
        for source in _KEPT[form]
        if source.book == LOG
    )
    return f'select row from ({" union all ".join(of_tables)}) log order by row[2] collate "C"'


# By format: what is read of a day.
_KEPT = {
    form: tuple(source for source in SOURCES if has_kind(form, source.kind)) for form in BOOKS_OF
}
_ROWS = {
    form: {source: text(_statement(source, form)) for source in sources if source.book != LOG}
    for form, sources in _KEPT.items()
}
_LOG = {form: text(_log(form)) for form, books in BOOKS_OF.items() if LOG in books}
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
    connection: Connection, book: str, form: str, *, starts_at: datetime, ends_at: datetime
) -> Generator[Row, None, None]:
    """The rows of a book between two moments, the second not included, in the order of ids.

    As days of the format ``form`` have them. Streamed: the sorting is PostgreSQL's, and a few
    thousand rows are held here.
    """
    limits = {"starts_at": starts_at, "ends_at": ends_at}
    if book == LOG:
        with connection.execute(_LOG[form], limits, execution_options=_STREAM) as steps:
            yield from (tuple(row) for row in steps.scalars())
        return
    with ExitStack() as opened:
        streams = [
            opened.enter_context(connection.execute(statement, limits, execution_options=_STREAM))
            for source, statement in _ROWS[form].items()
            if source.book == book
        ]
        for row in heapq.merge(*streams, key=lambda row: row[1]):
            yield tuple(row)


def day_totals(
    connection: Connection, form: str, *, starts_at: datetime, ends_at: datetime
) -> dict[str, DayTotal]:
    """What the rows of each book of a format between two moments come to, from the rows."""
    limits = {"starts_at": starts_at, "ends_at": ends_at}
    totals = {}
    for book in BOOKS_OF[form]:
        with closing(anchored_rows(connection, book, form, **limits)) as rows:
            totals[book] = total_of(rows)
    return totals


def earliest_row(connection: Connection) -> datetime | None:
    """When the first row of any book was written; reads whole tables, and once alone."""
    earliest: datetime | None = connection.execute(_EARLIEST).scalar_one()
    return earliest


def rows_before(connection: Connection, form: str, moment: datetime) -> dict[str, int]:
    """How many rows each book of a format has from before a moment, for those that have any."""
    found: dict[str, int] = {}
    for source in _KEPT[form]:
        count = connection.execute(_BEFORE[source], {"moment": moment}).scalar_one()
        if count:
            found[source.book] = found.get(source.book, 0) + count
    return found
