"""Forcing an interleaving: somebody holds a lock, somebody waits for it, then it is let go."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.store.database import Connection, Database
from app.store.events.gathering import gathering
from app.store.log.acting import telling
from tests.builders.jobs import until

_WAITS = """
    select count(*) from pg_stat_activity
     where datname = current_database() and %s = any(pg_blocking_pids(pid))
"""


def while_held(
    database: Database,
    hold: Callable[[Connection], Any],
    waits: Callable[[], Any],
    *,
    before_letting_go: Callable[[], Any] = lambda: None,
) -> Any:
    """What ``waits`` answered, which began and had to wait while ``hold`` was not yet committed."""
    with ThreadPoolExecutor(1) as pool, database.engine.connect() as connection:
        with connection.begin():
            holder = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
            with telling(connection), gathering(connection, database.now):
                hold(connection)
            waiting = pool.submit(waits)
            until(lambda: waiting.done() or _somebody_waits_for(database, holder), within_s=60)
            assert not waiting.done(), f"did not wait, but answered: {waiting.result()!r}"
            before_letting_go()
        return waiting.result(timeout=30)


def _somebody_waits_for(database: Database, holder: int) -> bool:
    with database.engine.connect() as connection:
        return bool(connection.exec_driver_sql(_WAITS, (holder,)).scalar_one())
