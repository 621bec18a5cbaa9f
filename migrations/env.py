"""How Alembic runs a step: alone, in one transaction, and never waiting long for a lock.

The URL comes from `config.attributes["database_url"]` (`tanpuhui migrate`, the tests) or from
DATABASE_URL (the `alembic` command of a developer).
"""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, create_engine, make_url, pool, text

from app.store.tables.all import metadata

# One number for the whole programme, so that two servers that start together migrate one by one.
MIGRATION_LOCK = 0x74616E70
# A step that waits for a busy table holds up every request behind it: rather give up and say so.
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "10min"


def _run() -> None:
    url = context.config.attributes.get("database_url") or os.environ.get("DATABASE_URL")
    if not url:
        raise SystemExit("Set DATABASE_URL, or use `tanpuhui migrate`, which knows the engines.")
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        _wait_for_our_turn(connection)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()


def _wait_for_our_turn(connection: Connection) -> None:
    """Take the lock for the session: it must outlive the transactions of the single steps."""
    connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": MIGRATION_LOCK})
    # Set after the lock: waiting for another server's migration may take longer than 4 s.
    patience = context.config.attributes.get("lock_timeout", LOCK_TIMEOUT)
    connection.execute(text("SELECT set_config('lock_timeout', :time, false)"), {"time": patience})
    connection.execute(
        text("SELECT set_config('statement_timeout', :time, false)"), {"time": STATEMENT_TIMEOUT}
    )
    connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations look at the database they change: run them without --sql.")
_run()
