"""Inserting rows whose values have the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence


def insert_into(table: str, columns: Sequence[str]) -> str:
    """The statement that writes one row; each value is given under its column's name."""
    given = ", ".join(f":{name}" for name in columns)
    return f"insert into {table} ({', '.join(columns)}) values ({given})"  # noqa: S608
