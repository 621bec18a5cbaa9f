"""Rows on their way into a table: as arrays of one statement, or as lines of one COPY.

A row is a tuple of strings (``None`` for null), one per column, in the columns' order. The
strings are what PostgreSQL reads for the column's type: 32 hexadecimal digits for a UUID,
ISO 8601 for a time, ``\\x…`` for bytes, digits for a number, plain text for text and JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Row = tuple[str | None, ...]

# Types whose text may hold anything, and so has to be quoted in an array …
_FREE_TEXT = frozenset({"text", "jsonb"})
# … and those whose text may hold what COPY reads as an escape.
_WITH_ESCAPES = frozenset({"text", "jsonb", "bytea"})
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Target:
    """A table and the columns that are filled; each column is (name, SQL type)."""

    table: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> str:
        return ", ".join(name for name, _ in self.columns)

    @property
    def unnest(self) -> str:
        """The FROM item that turns one array per column back into rows, numbered from 1."""
        arrays = ", ".join(f"%s::{kind}[]" for _, kind in self.columns)
        return f"unnest({arrays}) WITH ORDINALITY AS d({self.names}, position)"

    @property
    def insert(self) -> str:
        return f"INSERT INTO {self.table} ({self.names}) SELECT {self.names} FROM {self.unnest}"

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
        escaped = [at for at, (_, kind) in enumerate(self.columns) if kind in _WITH_ESCAPES]
        made = []
        for row in rows:
            fields = [r"\N" if field is None else field for field in row]
            for at in escaped:
                if row[at] is not None:
                    fields[at] = fields[at].translate(_COPY_ESCAPES)
            made.append("\t".join(fields))
        made.append("")
        return "\n".join(made)


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

