"""A snapshot: one state of the books, however long the reading takes, and no way to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from app.store.database import Database

# Grouping and joining whole tables is quicker in memory; beyond this it goes to disk.
_MEMORY = "64MB"


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A connection in a read-only REPEATABLE READ transaction."""
    with (
        database.engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection,
        connection.begin(),
    ):
        connection.execute(text(f"set local work_mem = '{_MEMORY}'"))
        yield connection
