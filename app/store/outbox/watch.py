"""Connections of their own: one is notified of new tasks, one holds the leader's lock."""

from __future__ import annotations

from typing import Self

from sqlalchemy import Connection, text

from app.store.database import Database
from app.store.outbox.writing import CHANNEL


class _Dedicated:
    """A connection kept for one purpose, outside transactions; the pool never has it again."""

    def __init__(self, database: Database) -> None:
        self._connection: Connection = database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if not self._connection.closed:
            # Really closed: what it listens to and locks must not come back with the pool.
            self._connection.invalidate()
            self._connection.close()


class Listener(_Dedicated):
    """Is notified when a transaction that inserted a task commits."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._connection.execute(text(f"listen {CHANNEL}"))

    def wait(self, seconds: float) -> bool:
        """Until a notification comes (True) or the time is over (False)."""
        driver = self._connection.connection.driver_connection
        assert driver is not None
        return any(True for _ in driver.notifies(timeout=seconds, stop_after=1))


class Leadership(_Dedicated):
    """A lock that PostgreSQL gives to one connection at a time and takes back when it dies."""

    def __init__(self, database: Database, name: str) -> None:
        super().__init__(database)
        self._name = name

    def mine(self) -> bool:
        """Whether this connection is the leader, now; becomes it when nobody is.

        Asking also finds out whether the connection still lives: a dead one raises, and its lock
        is somebody else's already.
        """
        if self._held():
            return True
        return bool(
            self._connection.execute(
                text("select pg_try_advisory_lock(hashtextextended(:name, 0))"),
                {"name": self._name},
            ).scalar_one()
        )

    def _held(self) -> bool:
        # A session lock can be taken twice; asking pg_locks keeps it at once.
        return bool(
            self._connection.execute(
                text(
                    """
                    select exists (
                      select from pg_locks
                       where locktype = 'advisory' and pid = pg_backend_pid() and granted
                         and (classid::bigint << 32) | objid::bigint
                             = hashtextextended(:name, 0))
                    """
                ),
                {"name": self._name},
            ).scalar_one()
        )
