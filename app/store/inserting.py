"""How rows are given to a statement: one by its names, many as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def insert_into(table: str, columns: Sequence[str]) -> str:
    """The statement that writes one row; each value is given under its column's name."""
    given = ", ".join(f":{name}" for name in columns)
    return f"insert into {table} ({', '.join(columns)}) values ({given})"  # noqa: S608


def insert_in_order(table: str, columns: Sequence[str]) -> str:
    """The same by the driver: the values are given in the order of their columns."""
    given = ", ".join("%s" for _ in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({given})"  # noqa: S608


def by_name(names: Iterable[str], thing: object) -> Mapping[str, object]:
    """What a statement is given of a thing whose attributes are called as the columns are."""
    return {name: getattr(thing, name) for name in names}


def each_of(names: Iterable[str], things: Sequence[object]) -> Mapping[str, object]:
    """What a statement unnests: under each name that attribute of every thing, in their order."""
    return {name: [getattr(each, name) for each in things] for name in names}


def by_column(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Mapping[str, object]:
    """What a statement unnests: under each name the values that stand at its place in ``rows``."""
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
