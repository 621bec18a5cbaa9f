"""How rows are given to a statement: one by its names, many as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def insert_into(table: str, columns: Sequence[str]) -> str:
    """The statement that writes one row; each value is given under its column's name."""
    given = ", ".join(f":{name}" for name in columns)
    return f"insert into {table} ({', '.join(columns)}) values ({given})"  # noqa: S608


def by_column(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Mapping[str, object]:
    """What a statement unnests: under each name the values that stand at its place in ``rows``."""
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
