"""The way to PostgreSQL: a pool, and transactions that are run again when they lost a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import psycopg
import sqlalchemy
import sqlalchemy.event
from psycopg import errors
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from app.secrecy.sealing import MasterKeys
from app.store.events.gathering import gathering
from app.store.log.acting import forget_refused, step_committed, telling
from app.store.savepoints import follow_savepoints

__all__ = [
    "OF_REQUESTS",
    "OF_WORK",
    "PROBES",
    "Connection",
    "Database",
    "Patience",
    "alone",
    "begin_rehearsal",
    "end_rehearsal",
    "keys_of",
    "rehearsing",
]

Answer = TypeVar("Answer")
Given = ParamSpec("Given")

ATTEMPTS = 8
_KEYS = "master_keys"
_ALONE = "alone"
# What another transaction may do to ours without either being wrong.
LOST_RACES = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
    errors.ExclusionViolation,
    errors.LockNotAvailable,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a process waits for the database, in seconds; no connection waits without end."""

    # For a lock that another transaction holds.
    lock_s: int
    # For one statement to end, its locks included.
    statement_s: int
    # For a whole transaction with all its attempts; the last of them is not cut short.
    transaction_s: int
    # For a free connection of the pool.
    pool_s: int


# Somebody waits for the answer.
OF_REQUESTS = Patience(lock_s=2, statement_s=8, transaction_s=4, pool_s=2)
# A task or a command: it is tried again, and its statements may read a whole year.
OF_WORK = Patience(lock_s=20, statement_s=1800, transaction_s=600, pool_s=30)
CONNECT_S = 5
# A transaction that nobody goes on with gives back its locks.
IDLE_IN_TRANSACTION_S = 120

# Moments come back in UTC, whatever the server's own zone is: Python orders and subtracts two times
# of one zone by the wall clock, which is moved twice a year in many of them.
_MANNERS = """
select set_config('timezone', 'UTC', false), set_config('lock_timeout', %s, false),
  set_config('statement_timeout', %s, false),
  set_config('idle_in_transaction_session_timeout', %s, false)
"""
# What the planner is told of statements that are made of probes (``app.store.recording.asking``).
PROBES: Final = {"enable_seqscan": "off", "plan_cache_mode": "force_generic_plan"}
_PLAN_PROBES = "select " + ", ".join(
    f"set_config('{name}', '{value}', false)" for name, value in PROBES.items()
)


# Whether what is done now is only tried: every transaction is taken back when it is done.
_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


def begin_rehearsal() -> Token[bool]:
    """From now on, in this thread, every transaction is carried out whole and then taken back."""
    return _rehearsing.set(True)


def end_rehearsal(begun: Token[bool]) -> None:
    """Transactions are committed again."""
    _rehearsing.reset(begun)


def rehearsing() -> bool:
    """Whether nothing that is done now will stay."""
    return _rehearsing.get()


class Database:
    """Two pools for a process; every verb runs inside ``transact``, or ``transact_alone``."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        patience: Patience = OF_WORK,
        keys: MasterKeys | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``keys`` open what lies sealed in it; without them it cannot be read. ``now`` is the
        programme's clock, by which events are dated."""
        self.patience = patience
        self.keys = keys
        self.now = now
        self.engine = self._pool(url, pool_size)
        self._alone = self._pool(url, pool_size)
        sqlalchemy.event.listen(self._alone, "connect", _plan_probes)

    def _pool(self, url: str, size: int) -> Engine:
        engine = create_engine(
            sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=size,
            max_overflow=size,
            pool_pre_ping=False,
            pool_recycle=1800,
            pool_timeout=self.patience.pool_s,
            # A fault is logged with its statement, never with what was asked about whom.
            hide_parameters=True,
            connect_args={"application_name": "tanpuhui", "connect_timeout": CONNECT_S},
        )
        sqlalchemy.event.listen(engine, "connect", self._greet)
        follow_savepoints(engine)
        return engine

    def _greet(self, driver: psycopg.Connection[Any], record: ConnectionPoolEntry) -> None:
        """Tell a new connection its zone and how long it may wait, and us what opens its seals."""
        record.info[_KEYS] = self.keys
        waits = (self.patience.lock_s, self.patience.statement_s, IDLE_IN_TRANSACTION_S)
        driver.execute(_MANNERS, [f"{seconds}s" for seconds in waits])
        driver.commit()

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
        In a rehearsal it is taken back instead, after the constraints that wait for the end.
        What a step of somebody with power did is written in the log with it, and what became of
        things as events.
        No run begins after the time that ``patience`` leaves for all of them.
        """
        return self._transact(self.engine, work, *given, **named)

    def transact_alone(
        self,
        work: Callable[Concatenate[Connection, Given], Answer],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Answer:
        """As ``transact``, for work that is mostly one statement, and then nothing but it.

        Such a statement is a transaction by itself: it needs neither BEGIN nor COMMIT, two round
        trips of three (``app.store.recording.asking.ask_alone``). It is run again when its
        connection turned out to be dead: had it taken effect after all, the second run meets what
        the first one wrote and says so, as it would to a sender who asks again.
        """
        pool = self.engine if rehearsing() else self._alone
        return self._transact(pool, work, *given, **named)

    def _transact(
        self,
        pool: Engine,
        work: Callable[Concatenate[Connection, Given], Answer],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Answer:
        ends_at = time.monotonic() + self.patience.transaction_s
        for attempt in range(1, ATTEMPTS + 1):
            committing = False
            try:
                with pool.begin() as connection:
                    with telling(connection) as told, gathering(connection, self.now):
                        answer = work(connection, *given, **named)
                        forget_refused(answer)
                    if rehearsing():
                        _take_back(connection)
                    committing = True
                if not rehearsing():
                    step_committed(told)
                return answer
            except (DBAPIError, *LOST_RACES) as problem:
                cause = problem.orig if isinstance(problem, DBAPIError) else problem
                stale = isinstance(problem, DBAPIError) and problem.connection_invalidated
                again = isinstance(cause, LOST_RACES) or (stale and not committing)
                late = attempt == ATTEMPTS or time.monotonic() >= ends_at
                if late or not again or self._waited_enough(cause):
                    raise
            # Jitter, so that the same two transactions do not meet again.
            time.sleep(random.uniform(0, 0.004 * attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _waited_enough(self, cause: BaseException | None) -> bool:
        """Whether a lock was waited for as long as anybody who asks should wait."""
        return isinstance(cause, errors.LockNotAvailable) and self.patience is OF_REQUESTS

    def close(self) -> None:
        self.engine.dispose()
        self._alone.dispose()


def _plan_probes(driver: psycopg.Connection[Any], record: ConnectionPoolEntry) -> None:
    record.info[_ALONE] = True
    driver.execute(_PLAN_PROBES)
    driver.commit()


def alone(connection: Connection) -> bool:
    """Whether the work is of ``transact_alone``, on a connection that plans nothing but probes."""
    return _ALONE in connection.info


def keys_of(connection: Connection) -> MasterKeys:
    """The master keys of the programme whose database this is."""
    keys = connection.info.get(_KEYS)
    assert isinstance(keys, MasterKeys), "this database was opened without the programme's keys"
    return keys


def _take_back(connection: Connection) -> None:
    connection.exec_driver_sql("set constraints all immediate")
    begun = connection.get_transaction()
    assert begun is not None, "work neither commits nor rolls back"
    begun.rollback()
