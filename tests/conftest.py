"""What every test may ask for: real engines, a database of this run, and settings for them.

The engines are the embedded ones, in a folder of their own, unless DATABASE_URL or REDIS_URL is
set; then those servers are used, in a database (and a Redis database number) that this run makes
and takes away again. Several runs may share one machine.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import redis
import sqlalchemy
from hypothesis import HealthCheck, settings as hypothesis_settings
from werkzeug.routing import Rule

from app.commands.migrate import upgrade
from app.engines.start import Engines, engines_for
from app.settings import Settings
from app.store.organisations import guessing
from tests.builders.found_browser import MISSING, found_browser
from tests.builders.market import open_gates
from tests.builders.processes import own_wiring
from tests.builders.recorded_answers import listen
from tests.builders.scenes import open_programme_scenes
from tests.builders.texts import publish_texts

CLAIM_SECONDS = 3 * 3600
DROPPED_TOGETHER = 40
_LEFT: list[str] = []

_compile_builder = Rule._compile_builder


def _compile_late(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """What builds addresses by ``rule``, compiled when one is built."""

    @cache
    def builder() -> Callable[..., Any]:
        return _compile_builder(rule, append_unknown)

    return lambda _rule, **values: builder()(rule, **values)


# A process that a test starts reads its modules compiled, which halves its start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Hundreds of applications are made in a run, and most of their time went into this.
Rule._compile_builder = _compile_late  # type: ignore[method-assign]

# Here and not beside the properties: a test takes the profile that is loaded when it is imported,
# and a loaded machine must not decide what is right.
hypothesis_settings.register_profile(
    "steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("steady")


def pytest_configure() -> None:
    """Listen to the answers of this run, if they are to become examples of the contract."""
    if folder := os.environ.get("RECORD_ANSWERS"):
        listen(Path(folder))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not looked at, and what to install."""
    if found_browser() is None:
        terminalreporter.write_line(MISSING, yellow=True)


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """A data directory of this run; open to be walked through, as a checkout usually is."""
    folder = Path(tempfile.mkdtemp(prefix="tanpuhui-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def base_settings(data_dir: Path) -> Settings:
    """Settings of this run, before it has engines."""
    urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    return Settings.from_environment({"TANPUHUI_DATA_DIR": str(data_dir), **urls})


@pytest.fixture(scope="session")
def engines(base_settings: Settings) -> Iterator[Engines]:
    """PostgreSQL and Redis of this run."""
    with engines_for(base_settings) as engines:
        yield engines
        _drop_all(engines.database_url)


@pytest.fixture(scope="session")
def empty_database(engines: Engines) -> Iterator[str]:
    """A database with every table and no row but texts to agree to and open scenes, only for making
    others from.

    Never connect to it.
    """
    with _database(engines.database_url) as url:
        upgrade(url)
        publish_texts(url)
        open_programme_scenes(url)
        yield url


@pytest.fixture(scope="session")
def open_database(
    engines: Engines, empty_database: str, base_settings: Settings, redis_url: str
) -> Iterator[str]:
    """The same with every shipped version approved for bundles; never connect to it either."""
    with _database(engines.database_url, template=empty_database) as url:
        wiring = own_wiring(replace(base_settings, redis_url=redis_url), url)
        open_gates(wiring)
        wiring.close()
        yield url


@pytest.fixture(scope="session")
def database_url(engines: Engines, empty_database: str) -> Iterator[str]:
    """The database that the tests of this run share. It is never empty for long: count nothing."""
    with _database(engines.database_url, template=empty_database) as url:
        yield url


@pytest.fixture
def fresh_database(engines: Engines, empty_database: str) -> Iterator[str]:
    """A database for one test, with every table and no row: for breaking books, or counting all."""
    with _database(engines.database_url, template=empty_database) as url:
        yield url


@pytest.fixture
def fresh_market(engines: Engines, open_database: str) -> Iterator[str]:
    """The same for a test of bundles: every shipped version is approved for them."""
    with _database(engines.database_url, template=open_database) as url:
        yield url


@pytest.fixture(scope="module")
def two_databases(engines: Engines, empty_database: str) -> Iterator[tuple[str, str]]:
    """Two databases of one file of tests, each with every table and no row, as above."""
    with (
        _database(engines.database_url, template=empty_database) as one,
        _database(engines.database_url, template=empty_database) as other,
    ):
        yield one, other


@pytest.fixture
def other_database(engines: Engines, empty_database: str) -> Iterator[str]:
    """Another such database, for a test of two installations."""
    with _database(engines.database_url, template=empty_database) as url:
        yield url


@pytest.fixture
def make_database(engines: Engines) -> Iterator[Callable[[], str]]:
    """Makes databases without any table, for the tests of the migrations."""
    made: list[str] = []

    def make() -> str:
        made.append(_create(engines.database_url, template=None))
        return made[-1]

    yield make
    for url in made:
        _drop(engines.database_url, url)


@pytest.fixture(scope="session")
def redis_url(engines: Engines) -> Iterator[str]:
    """A Redis database number that was empty and is this run's own; emptied at the end."""
    with _redis_number(engines.redis_url) as url:
        yield url


@pytest.fixture
def other_redis_url(engines: Engines) -> Iterator[str]:
    """Another such number, for a test of two sets of books with real workers."""
    with _redis_number(engines.redis_url) as url:
        yield url


@pytest.fixture(scope="session")
def settings(base_settings: Settings, database_url: str, redis_url: str) -> Settings:
    """Settings of this run, with its shared database and its own Redis."""
    return replace(base_settings, database_url=database_url, redis_url=redis_url)


@contextmanager
def _database(server: str, *, template: str | None = None) -> Iterator[str]:
    url = _create(server, template=template)
    yield url
    _drop(server, url)


def _create(server: str, *, template: str | None) -> str:
    name = f"tanpuhui_test_{secrets.token_hex(6)}"
    source = sqlalchemy.make_url(template).database if template else "template0"
    # Locale C on every server, so that a test sees one order of texts everywhere.
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} ENCODING 'UTF8' LOCALE 'C'")
    return sqlalchemy.make_url(server).set(database=name).render_as_string(hide_password=False)


def _drop(server: str, url: str) -> None:
    """Take a database away, now or with others: one made after each drop takes seven times as long
    (0.36 s for 0.05 s on PostgreSQL 15, which waits for the files that are going).
    """
    _LEFT.append(url)
    if len(_LEFT) >= DROPPED_TOGETHER:
        _drop_all(server)


def _drop_all(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        while _LEFT:
            name = sqlalchemy.make_url(_LEFT.pop()).database
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _redis_number(server: str) -> Iterator[str]:
    with redis.Redis.from_url(server) as common:
        number = _claim_redis_number(server, common)
        yield _redis_url(server, number)
        with redis.Redis.from_url(_redis_url(server, number)) as own:
            own.flushdb()
        common.delete(_claim_name(number))


def _claim_redis_number(server: str, common: redis.Redis) -> int:
    for number in range(1, 16):
        if not common.set(_claim_name(number), os.getpid(), nx=True, ex=CLAIM_SECONDS):
            continue
        with redis.Redis.from_url(_redis_url(server, number)) as candidate:
            if candidate.dbsize() == 0:
                return number
        common.delete(_claim_name(number))
    raise AssertionError("No Redis database from 1 to 15 is empty and free: empty one for tests.")


def _claim_name(number: int) -> str:
    return f"tanpuhui:tests:{number}"


def _redis_url(server: str, number: int) -> str:
    if server.startswith("unix://"):
        return server.replace("?db=0", f"?db={number}", 1)
    scheme, _, rest = server.partition("://")
    return f"{scheme}://{rest.partition('?')[0].partition('/')[0]}/{number}"


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong secrets are counted by the minute: for this test and its process it stays the same."""
    began = time.time()
    held = SimpleNamespace(time=lambda: began, monotonic=time.monotonic)
    monkeypatch.setattr(guessing, "time", held)
