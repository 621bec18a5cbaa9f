"""The history of the books' shape: up, down and up again, and nothing forgotten."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import alembic.autogenerate
import alembic.command
import psycopg
import pytest
import sqlalchemy
from alembic.migration import MigrationContext
from sqlalchemy.exc import OperationalError

from app.commands.migrate import alembic_configuration, newest_step, upgrade
from app.store.tables.all import metadata

VERSIONS = Path(__file__).resolve().parents[3] / "migrations" / "versions"


def shape(url: str) -> set[tuple[str, ...]]:
    """Everything a migration can make, as rows that can be compared."""
    questions = (
        (
            "SELECT 'column', table_name, column_name, data_type, is_nullable,"
            " coalesce(column_default, '') FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        ),
        "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        (
            "SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint"
            # A constraint trigger stands among the triggers.
            " WHERE connamespace = 'public'::regnamespace AND contype <> 't'"
        ),
        (
            "SELECT 'function', proname, prosrc FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace"
        ),
        "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    )
    with psycopg.connect(url) as connection:
        return {row for question in questions for row in connection.execute(question)}


def test_the_steps_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in VERSIONS.glob("[0-9]*.py"))
    assert names
    for number, name in enumerate(names, 1):
        assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.py", name), name
    assert newest_step() == f"{len(names):04d}"


def test_up_down_and_up_again_gives_the_same_shape(make_database: Callable[[], str]) -> None:
    url = make_database()
    upgrade(url)
    first = shape(url)
    alembic.command.downgrade(alembic_configuration(url), "base")
    left = {row for row in shape(url) if "alembic_version" not in " ".join(row)}
    assert left == set()
    upgrade(url)
    assert shape(url) == first


def test_the_steps_make_what_the_tables_say(make_database: Callable[[], str]) -> None:
    stepped, declared = make_database(), make_database()
    upgrade(stepped)
    engine = sqlalchemy.create_engine(declared, poolclass=sqlalchemy.pool.NullPool)
    with engine.begin() as connection:
        metadata.create_all(connection)
    # Functions and triggers are told by steps only; everything a table declares must be equal.
    kinds = {"column", "index", "constraint"}
    ours = {row for row in shape(stepped) if row[0] in kinds and "alembic" not in " ".join(row)}
    assert ours == {row for row in shape(declared) if row[0] in kinds}


def test_autogenerate_finds_nothing(make_database: Callable[[], str]) -> None:
    url = make_database()
    upgrade(url)
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert alembic.autogenerate.compare_metadata(context, metadata) == []


def test_two_servers_that_start_together_migrate_one_after_the_other(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    script = "import sys; from app.commands.migrate import upgrade; upgrade(sys.argv[1])"
    servers = [subprocess.Popen([sys.executable, "-c", script, url]) for _ in range(3)]
    assert [server.wait(timeout=60) for server in servers] == [0, 0, 0]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (newest_step(),)
        ]


def test_a_step_gives_up_soon_on_a_busy_table(make_database: Callable[[], str]) -> None:
    url = make_database()
    upgrade(url)
    impatient = alembic_configuration(url)
    impatient.attributes["lock_timeout"] = "100ms"
    with psycopg.connect(url) as busy:
        busy.execute("LOCK TABLE participant IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OperationalError, match="lock timeout"):
            alembic.command.downgrade(impatient, "base")
