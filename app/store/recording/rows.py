"""Rows on their way into a table: as arrays of one statement, or as lines of one COPY.

A row is a tuple of strings (``None`` for null), one per column, in the columns' order. The
strings are what PostgreSQL reads for the column's type: 32 hexadecimal digits for a UUID,
ISO 8601 for a time, ``\\x…`` for bytes, digits for a number, plain text for text and JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from app.store.tables.metadata import base_of

Row = tuple[str | None, ...]

# Types whose text may hold anything, and so has to be quoted.
_FREE_TEXT = frozenset({"text", "jsonb"})
_INSERT = "INSERT INTO {table} ({names}) SELECT {names} FROM {unnest}"
# As the dialect writes them, where we write them shorter.
_SHORT = {"timestamp with time zone": "timestamptz"}
_DIALECT = postgresql.dialect()
_COPY_NULL = r"\N"
_COPY_SPECIAL = re.compile(r"[\\\t\n\r]")
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Target:
    """A table and the columns that are filled; each column is (name, SQL type)."""

    table: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> str:
        return ", ".join(name for name, _ in self.columns)

    def unnest(self, first: int = 1) -> str:
        """The FROM item that turns one array per column back into rows, numbered from 1.

        Its parameters are ``$first`` and those that follow.
        """
        arrays = ", ".join(
            f"${number}::{kind}[]" for number, (_, kind) in enumerate(self.columns, start=first)
        )
        return f"unnest({arrays}) WITH ORDINALITY AS d({self.names}, position)"

    def insert(self, first: int = 1) -> str:
        """Insert the rows of the arrays ``$first`` and following."""
        return self.fill(_INSERT, first)

    def fill(self, template: str, first: int = 1) -> str:
        """A statement of its template: ``{table}``, ``{names}``, ``{unnest}`` and ``{insert}``.

        Only names of this code ever go into it; values travel as parameters.
        """
        return template.format(
            table=self.table,
            names=self.names,
            unnest=self.unnest(first),
            insert=self.insert(first) if "{insert}" in template else "",
        )

    @property
    def copy(self) -> str:
        return f"COPY {self.table} ({self.names}) FROM STDIN"

    def arrays(self, rows: Sequence[Row]) -> list[str]:
        """One array literal per column."""
        if not rows:
            return ["{}"] * len(self.columns)
        return [
            texts(values) if kind in _FREE_TEXT else plain(values)
            for (_, kind), values in zip(self.columns, zip(*rows, strict=True), strict=True)
        ]

    def lines(self, rows: Sequence[Row]) -> str:
        """The rows in the text format of COPY."""
        if not rows:
            return ""
        columns = [
            _copied(kind, values)
            for (_, kind), values in zip(self.columns, zip(*rows, strict=True), strict=True)
        ]
        return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def target_of(table: Table) -> Target:
    """The table with all columns that are written.

    Left out is what it computes itself, and what only earlier releases wrote.
    """
    return Target(
        table.name,
        tuple(
            (column.name, _SHORT.get(kind, kind))
            for column in table.columns
            if is_written(column)
            for kind in [base_of(column).compile(_DIALECT).lower()]
        ),
    )


def _copied(kind: str, values: Sequence[str | None]) -> Iterable[str]:
    """The values of one column as COPY reads them."""
    if kind == "bytea":
        return [_COPY_NULL if value is None else "\\" + value for value in values]
    # Looking once through all is cheap, and few texts need more.
    if kind in _FREE_TEXT and _COPY_SPECIAL.search("".join(filter(None, values))):
        values = [value and value.translate(_COPY_ESCAPES) for value in values]
    return [_COPY_NULL if value is None else value for value in values]


def is_written(column: Column[Any]) -> bool:
    """Whether rows bring a value for the column."""
    return column.computed is None and "cleared" not in column.info


def as_bytea(digests: Iterable[bytes]) -> str:
    """An array literal of digests."""
    return "{" + ",".join([f"\\\\x{digest.hex()}" for digest in digests]) + "}"


def plain(values: Iterable[str | None]) -> str:
    """An array literal of values that need no quotes (numbers, UUIDs, times, ``\\x…``)."""
    return (
        "{"
        + ",".join(["NULL" if value is None else value for value in values]).replace("\\", "\\\\")
        + "}"
    )


def texts(values: Iterable[str | None]) -> str:
    """An array literal of any texts."""
    return (
        "{"
        + ",".join(["NULL" if value is None else _array_quoted(value) for value in values])
        + "}"
    )


def _array_quoted(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
