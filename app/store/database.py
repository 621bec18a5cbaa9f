"""The way to PostgreSQL: a pool, and transactions that are run again when they lost a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
import sqlalchemy
import sqlalchemy.event
from psycopg import errors
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

__all__ = ["Connection", "Database"]

Answer = TypeVar("Answer")
Given = ParamSpec("Given")

ATTEMPTS = 8
# What another transaction may do to ours without either being wrong.
LOST_RACES = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
    errors.ExclusionViolation,
    errors.LockNotAvailable,
)


def _speak_utc(driver: psycopg.Connection[Any], _record: object) -> None:
    """Moments come back in UTC, whatever the server's own zone is.

    Python orders and subtracts two times of one zone by the wall clock, which is moved twice a
    year in many of them.
    """
    driver.execute("set time zone 'UTC'")
    driver.commit()


class Database:
    """One pool for a process; every verb runs inside ``transact``."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.engine = create_engine(
            sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=False,
            pool_recycle=1800,
            # A fault is logged with its statement, never with what was asked about whom.
            hide_parameters=True,
            connect_args={"application_name": "tanpuhui"},
        )
        sqlalchemy.event.listen(self.engine, "connect", _speak_utc)

    def transact(
        self,
        work: Callable[Concatenate[Connection, Given], Answer],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Answer:
        """Run ``work(connection, …)`` in one READ COMMITTED transaction and commit it.

        ``work`` is run again, whole, when the transaction lost a race; a second run sees what
        the winner wrote and can refuse with a sentence instead of an error. It is run again too
        when its connection turned out to be dead, but not when that happened to the COMMIT: then
        nobody knows whether it took effect, and only the caller can tell a repeat from a new one.
        """
        for attempt in range(1, ATTEMPTS + 1):
            committing = False
            try:
                with self.engine.begin() as connection:
                    answer = work(connection, *given, **named)
                    committing = True
                return answer
            except (DBAPIError, *LOST_RACES) as problem:
                cause = problem.orig if isinstance(problem, DBAPIError) else problem
                stale = isinstance(problem, DBAPIError) and problem.connection_invalidated
                again = isinstance(cause, LOST_RACES) or (stale and not committing)
                if attempt == ATTEMPTS or not again:
                    raise
            # Jitter, so that the same two transactions do not meet again.
            time.sleep(random.uniform(0, 0.004 * attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def close(self) -> None:
        self.engine.dispose()
