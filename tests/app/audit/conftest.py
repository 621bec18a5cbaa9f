"""The demo's books, seeded once for all tests here. Nobody may commit a change to them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import text

from app.demo.seed import seed_demo
from app.engines.start import Engines
from app.settings import Settings
from app.usecases.audit.audit import audit
from app.wiring import Wiring, wire
from tests.builders.audit import audited, tables_read, with_statistics


@pytest.fixture(scope="session")
def seeded(
    engines: Engines,
    empty_database: str,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Wiring]:
    """The wiring of a programme with ninety days behind it."""
    name = f"tanpuhui_told_{secrets.token_hex(6)}"
    template = sqlalchemy.make_url(empty_database).database
    with psycopg.connect(engines.database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = sqlalchemy.make_url(engines.database_url).set(database=name)
    folder: Path = tmp_path_factory.mktemp("seeded")
    wiring = wire(
        replace(
            settings,
            data_dir=folder,
            database_url=url.render_as_string(hide_password=False),
        )
    )
    seed_demo(wiring)
    with_statistics(wiring)
    yield wiring
    wiring.close()
    with psycopg.connect(engines.database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def read_by(seeded: Wiring) -> Mapping[str, frozenset[str]]:
    """By line of the audit, the tables that it reads of these books."""
    read = {}
    for finding in audited(seeded):
        with seeded.database.engine.connect() as connection:
            # Of what other processes read for this one, this one knows nothing.
            connection.execute(text("set local max_parallel_workers_per_gather = 0"))
            audit(
                connection,
                rulebook=seeded.rulebook,
                policies=seeded.policies,
                lines={finding.name},
            )
            read[finding.name] = tables_read(connection)
    return read
