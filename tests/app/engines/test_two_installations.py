"""Embedded engines of two installations as root: neither is let into the other's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from app.engines import place as places
from app.engines.programs import programs_for
from app.engines.spawn import run as run_as_engine
from app.engines.start import start_engines
from tests.builders.engines import (
    as_root,
    ask,
    end_what_a_failed_test_left,
    read,
    read_redis,
    valkey,
    write,
)

pytestmark = pytest.mark.embedded


@pytest.fixture
def other_folder() -> Iterator[Path]:
    """The data directory of a second installation."""
    made = Path(tempfile.mkdtemp(prefix="tanpuhui-test-"))
    made.chmod(0o755)
    yield made
    end_what_a_failed_test_left(made)
    shutil.rmtree(made)


@as_root
def test_engines_of_two_installations_as_root_do_not_trust_each_other(
    folder: Path, other_folder: Path
) -> None:
    with start_engines(folder) as ours, start_engines(other_folder) as theirs:
        write(ours, "ours")
        write(theirs, "theirs")
        assert (read(ours), read(theirs)) == (["ours"], ["theirs"])
        # What runs under the engines' account may enter both folders, and is let into neither.
        for engines, place in ((ours, other_folder), (theirs, folder)):
            mine = places.place_for(place.resolve())
            sockets = ask(engines, "unix_socket_directories")
            psql = [
                programs_for(mine).psql,
                "-X",
                "-h",
                sockets,
                "-U",
                "postgres",
                "-c",
                "select 1",
            ]
            asked = run_as_engine(mine, psql)
            assert asked.returncode != 0
            assert "Peer authentication failed" in asked.stderr
        assert (
            ours.redis_url.partition("password=")[2] != theirs.redis_url.partition("password=")[2]
        )
        for engines, other in ((ours, theirs), (theirs, ours)):
            socket = engines.redis_url.removeprefix("unix://").partition("?")[0]
            wrong = other.redis_url.partition("password=")[2]
            for password in (None, wrong, ""):
                with (
                    redis.Redis(unix_socket_path=socket, password=password) as client,
                    pytest.raises((redis.AuthenticationError, redis.ResponseError)),
                ):
                    client.ping()


@as_root
def test_the_password_of_a_redis_is_read_by_who_starts_it_alone(folder: Path) -> None:
    with start_engines(folder) as engines:
        kept = folder / "engines" / "valkey.password"
        facts = kept.stat()
        assert (facts.st_uid, facts.st_mode & 0o777) == (0, 0o600)
        password = kept.read_text().strip()
        assert len(password) == 64
        server = valkey(engines)
        assert password not in " ".join(server.cmdline())
        assert password not in " ".join(server.environ().values())
        with redis.Redis.from_url(engines.redis_url) as client:
            assert client.config_get("requirepass") == {"requirepass": password}
        for path in (folder / "engines").rglob("*"):
            if path.is_file() and path != kept and "postgres" not in path.parts:
                assert password.encode() not in path.read_bytes(), path


def test_engines_of_an_early_release_trust_nobody_any_more(folder: Path) -> None:
    with start_engines(folder) as engines:
        write(engines, "kept")
    early = folder / "engines" / "postgres" / "pg_hba.conf"
    early.write_text("local all all trust\n")
    with start_engines(folder) as engines:
        assert ask(engines, "hba_file") == str(folder / "engines" / "pg_hba.conf")
        with psycopg.connect(engines.database_url) as connection:
            rules = connection.execute("select type, auth_method from pg_hba_file_rules")
            assert rules.fetchall() == [("local", "peer")]
        # A Redis without a password still runs, as the early release left it.
        with redis.Redis.from_url(engines.redis_url) as client:
            client.config_set("requirepass", "")
        with start_engines(folder) as again:
            socket = again.redis_url.removeprefix("unix://").partition("?")[0]
            with (
                redis.Redis(unix_socket_path=socket) as client,
                pytest.raises(redis.AuthenticationError),
            ):
                client.ping()
            assert read_redis(again) == ["kept"]
            assert read(again) == ["kept"]
