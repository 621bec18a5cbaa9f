"""The public register whole, table by table, in the order of ids and in bounded memory.

Only what everybody may read anyway is asked for, column by column: organisations by their names,
which take part in public, and no person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from app.store.tables.metadata import in_words
from rewards.pooling.bundle import PUBLISHED

_STREAM = {"stream_results": True, "yield_per": 1_000}
# A moment in UTC, to the millisecond, the same wherever the server stands.
_AT = "to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
_ID = "'{}_' || replace({}::text, '-', '')"


class RegisterTable(NamedTuple):
    """A table of the download: its columns, and the statement that reads them as text."""

    name: str
    columns: tuple[str, ...]
    statement: str


def _id(prefix: str, column: str) -> str:
    return _ID.format(prefix, column)


def _table(name: str, columns: Sequence[tuple[str, str]], rows: str) -> RegisterTable:
    asked = ", ".join(f"({value})::text" for _, value in columns)
    return RegisterTable(name, tuple(named for named, _ in columns), f"select {asked} {rows}")


_NUMBERS = (
    ("first_number", "lower(b.numbers)"),
    ("last_number", "upper(b.numbers) - 1"),
    ("vintage", "b.vintage"),
    ("unit_class", "b.unit_class"),
)
TABLES: Final = (
    _table(
        "projects",
        (
            ("project_id", _id("prj", "p.project_id")),
            ("number", "p.number"),
            ("name", "p.name"),
            ("applicant", "o.name"),
            ("region", "p.region"),
            ("methodology", "p.methodology"),
            ("methodology_digest", "p.methodology_digest"),
            ("state", "p.state"),
            ("state_at", _AT.format("p.state_at")),
            ("ends_before", "p.ends_before"),
        ),
        "from project p left join organisation o on o.organisation_id = p.applicant_id"
        " where p.noticed_design is not null order by p.project_id",
    ),
    _table(
        "bundles",
        (
            ("bundle_id", _id("bdl", "u.bundle_id")),
            ("methodology", "u.methodology"),
            ("vintage", "u.vintage"),
            ("unit_class", "u.unit_class"),
            ("state", "u.state"),
            ("root", "encode(u.root, 'hex')"),
            ("selected_mg", "u.selected_mg"),
            ("carried_in_mg", "u.carried_in_mg"),
            ("deducted_mg", "u.deducted_mg"),
            ("reserve_mg", "u.reserve_mg"),
            ("carried_out_mg", "u.carried_out_mg"),
            ("issued_t", "u.issued_t"),
            ("shortfall_mg", "u.shortfall_mg"),
            ("verifier", "o.name"),
            ("sealed_at", _AT.format("u.sealed_at")),
            ("issued_at", _AT.format("u.issued_at")),
            ("project_id", _id("prj", "m.project_id")),
        ),
        "from bundle u left join organisation o on o.organisation_id = u.verifier_id"
        " left join monitoring_period m on m.period_id = u.period_id"
        f" where {in_words('u.state', *PUBLISHED)} order by u.bundle_id",
    ),
    _table(
        "blocks",
        (
            ("block_id", _id("blk", "b.block_id")),
            ("bundle_id", _id("bdl", "b.bundle_id")),
            *_NUMBERS,
            ("state", "b.state"),
            ("owner", "o.name"),
            ("parent_id", _id("blk", "b.parent_id")),
            ("merged_into", _id("blk", "b.merged_into")),
            ("retirement_id", _id("ret", "r.retirement_id")),
            ("handed_to", "h.receiver_name"),
            ("foreign_serial", "f.serial"),
            ("created_at", _AT.format("b.created_at")),
            ("closed_at", _AT.format("b.closed_at")),
        ),
        "from unit_block b left join organisation o on o.organisation_id = b.owner_id"
        " left join retirement_block r on r.block_id = b.block_id"
        " left join foreign_serial f on f.block_id = b.block_id"
        " left join hand_over h on h.period_id = f.period_id and h.number = f.number"
        " order by b.block_id",
    ),
    _table(
        "transfers",
        (
            ("transfer_id", _id("utr", "t.transfer_id")),
            ("block_id", _id("blk", "t.block_id")),
            ("sender", "s.name"),
            ("receiver", "r.name"),
            ("quantity_t", "t.quantity_t"),
            ("trade_id", _id("trd", "t.trade_id")),
            ("transferred_at", _AT.format("t.transferred_at")),
        ),
        "from unit_transfer t left join organisation s on s.organisation_id = t.from_id"
        " left join organisation r on r.organisation_id = t.to_id order by t.transfer_id",
    ),
    _table(
        "retirements",
        (
            ("retirement_id", _id("ret", "r.retirement_id")),
            ("enterprise", "o.name"),
            ("quantity_t", "r.quantity_t"),
            ("beneficiary", "r.beneficiary"),
            ("purpose", "r.purpose"),
            ("period", "r.period"),
            ("retired_at", _AT.format("r.retired_at")),
        ),
        "from retirement r left join organisation o on o.organisation_id = r.enterprise_id"
        " order by r.retirement_id",
    ),
    _table("anchors", (("day", "day"), ("document", "document")), "from anchor order by day"),
)


def begin_reading(connection: Connection) -> None:
    """One state of the register, however long it is read; the transaction's first statement."""
    connection.execute(text("set transaction isolation level repeatable read, read only"))


def rows_of(connection: Connection, table: RegisterTable) -> Iterator[Sequence[str | None]]:
    """Every row of a table, streamed."""
    asked = text(table.statement)
    with connection.execute(asked, execution_options=_STREAM) as rows:
        for row in rows:
            yield tuple(row)
