"""Read the public register whole: each table to whoever keeps it, as of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.store.database import Connection
from app.store.registry.whole import TABLES, begin_reading, rows_of

# Takes a table: its name, its columns, and its rows in the order of their ids.
Keep = Callable[[str, Sequence[str], Iterator[Sequence[str | None]]], None]


def read_whole_register(connection: Connection, keep: Keep) -> None:
    """Hand each table to ``keep``, row by row: nothing but a row at a time is in memory."""
    begin_reading(connection)
    for table in TABLES:
        keep(table.name, table.columns, rows_of(connection, table))
