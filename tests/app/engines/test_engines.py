"""The embedded engines: cold, again, after a crash, from odd places, and shared by programs."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from app.engines import place as places
from app.engines.account import can_reach, unprivileged_account
from app.engines.start import Engines, engines_for, start_engines
from app.engines.trouble import EngineTrouble
from app.settings import Settings
from tests.builders.engines import (
    as_root,
    ask,
    end_what_a_failed_test_left,
    postmaster,
    read,
    read_redis,
    valkey,
    write,
)
from tests.builders.jobs import until

pytestmark = pytest.mark.embedded


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A data directory below a folder that only its owner may enter, as below /root."""
    made = Path(tempfile.mkdtemp(prefix="tanpuhui-test-"))
    yield made / "checkout" / "var"
    id_file = made / "checkout" / "var" / "engines.id"
    if id_file.exists():
        for place in places._candidates(id_file.read_text().strip()):
            end_what_a_failed_test_left(place)
            shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(made)


def kill_everything(engines: Engines) -> None:
    """As a power cut would: PostgreSQL, all its processes, and Valkey, at once."""
    server = postmaster(engines)
    victims = [server, *server.children(recursive=True), valkey(engines)]
    for victim in victims:
        # The postmaster's children may be gone with it by now.
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    psutil.wait_procs(victims, timeout=10)


def test_a_cold_start_gives_a_safe_postgresql_and_a_safe_redis(folder: Path) -> None:
    with start_engines(folder) as engines:
        assert int(ask(engines, "server_version_num")) >= 150_000
        assert [
            ask(engines, name)
            for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        ] == ["on"] * 4
        assert ask(engines, "listen_addresses") == ""
        assert ask(engines, "server_encoding") == "UTF8"
        assert ask(engines, "TimeZone") == "UTC"
        with redis.Redis.from_url(engines.redis_url) as client:
            options = client.config_get("*")
        assert options["appendonly"] == "yes"
        assert options["appendfsync"] == "everysec"
        assert options["maxmemory-policy"] == "noeviction"
        assert options["port"] == "0"
        assert options["save"] == ""


def test_a_second_start_finds_the_data_of_the_first(folder: Path) -> None:
    with start_engines(folder) as engines:
        write(engines, "first")
    with start_engines(folder) as engines:
        write(engines, "second")
        assert read(engines) == ["first", "second"]
        assert read_redis(engines) == ["first", "second"]


def test_stop_leaves_no_process_behind_and_may_be_repeated(folder: Path) -> None:
    engines = start_engines(folder)
    servers = [postmaster(engines), valkey(engines)]
    engines.stop()
    engines.stop()
    assert [server.is_running() for server in servers] == [False, False]


def test_what_was_committed_outlives_a_kill_of_everything(folder: Path) -> None:
    engines = start_engines(folder)
    write(engines, "committed")
    kill_everything(engines)
    with start_engines(folder) as again:
        assert read(again) == ["committed"]
        assert read_redis(again) == ["committed"]
    engines.stop()


def test_a_killed_postmaster_is_started_again_though_its_sessions_linger(folder: Path) -> None:
    engines = start_engines(folder)
    write(engines, "committed")
    busy = psycopg.connect(engines.database_url)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000)")
    server = postmaster(engines)
    server.kill()
    server.wait(timeout=10)
    engines.revive()
    assert read(engines) == ["committed"]
    busy.close()
    engines.stop()


def test_a_killed_postmaster_that_nobody_looked_after_is_started_again(folder: Path) -> None:
    """Its parent is this program, and until that has looked the number stays taken."""
    with start_engines(folder) as engines:
        write(engines, "committed")
        busy = psycopg.connect(engines.database_url)
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000)")
        server = postmaster(engines)
        server.kill()
        until(lambda: server.status() == psutil.STATUS_ZOMBIE, within_s=10)
        engines.revive()
        assert read(engines) == ["committed"]
        busy.close()


def test_revive_starts_a_dead_redis_at_the_same_address(folder: Path) -> None:
    with start_engines(folder) as engines:
        write(engines, "pushed")
        server = valkey(engines)
        server.kill()
        server.wait(timeout=10)
        engines.revive()
        assert read_redis(engines) == ["pushed"]


def test_a_pid_file_with_a_strangers_number_does_not_hinder_the_start(folder: Path) -> None:
    engines = start_engines(folder)
    write(engines, "committed")
    pid_file = folder / "engines" / "postgres" / "postmaster.pid"
    old = pid_file.read_text().splitlines()
    kill_everything(engines)
    account = places.place_for(folder).account
    stranger = subprocess.Popen(["sleep", "60"], **account.process_arguments())
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *old[1:]]) + "\n")
        os.chown(pid_file, account.uid, account.gid)
        lock = places.place_for(folder).sockets / ".s.PGSQL.5432.lock"
        lock.write_text(pid_file.read_text())
        os.chown(lock, account.uid, account.gid)
        with start_engines(folder) as again:
            assert read(again) == ["committed"]
    finally:
        stranger.kill()
        stranger.wait()
    engines.stop()


def test_a_second_program_uses_the_running_engines_and_the_last_one_stops_them(
    folder: Path,
) -> None:
    first = start_engines(folder)
    second = start_engines(folder)
    server = postmaster(second)
    assert postmaster(first).pid == server.pid
    first.stop()
    write(second, "still there")
    assert read(second) == ["still there"]
    second.stop()
    assert not server.is_running()


def test_engines_of_a_killed_program_are_taken_over(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from app.engines.start import start_engines\n"
        "engines = start_engines(Path(sys.argv[1])); print(engines.database_url, flush=True)\n"
        "time.sleep(60)"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True
    )
    url = program.stdout.readline().strip()
    with psycopg.connect(url) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        server = psutil.Process(backend).parent()
    program.send_signal(signal.SIGKILL)
    program.communicate()
    engines = start_engines(folder)
    assert postmaster(engines).pid == server.pid
    engines.stop()
    # Its parent was killed, and whoever inherited it may not have looked yet.
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    "name",
    ["two words", "碳普惠", 'it\'s "quoted" $HOME `x` 100%', "long-" + "x" * 120],
    ids=["space", "chinese", "quotes", "long"],
)
def test_the_path_may_be_any(folder: Path, name: str) -> None:
    with start_engines(folder / name) as engines:
        write(engines, name)
        assert read(engines) == [name]
    with start_engines(folder / name) as engines:
        assert read_redis(engines) == [name]
        sockets = Path(ask(engines, "unix_socket_directories"))
    shutil.rmtree(sockets, ignore_errors=True)


def test_given_servers_are_used_untouched(folder: Path) -> None:
    settings = Settings.from_environment(
        {
            "TANPUHUI_DATA_DIR": str(folder),
            "DATABASE_URL": "postgresql://someone@db.example/books",
            "REDIS_URL": "redis://cache.example/3",
        }
    )
    with engines_for(settings) as engines:
        assert engines.database_url == "postgresql://someone@db.example/books"
        assert engines.redis_url == "redis://cache.example/3"
        assert engines.place is None
    assert not (folder / "engines").exists()


def test_only_the_missing_engine_is_started(folder: Path) -> None:
    settings = Settings.from_environment(
        {"TANPUHUI_DATA_DIR": str(folder), "REDIS_URL": "redis://cache.example/3"}
    )
    with engines_for(settings) as engines:
        assert engines.redis_url == "redis://cache.example/3"
        assert ask(engines, "fsync") == "on"
    assert not (folder / "engines" / "valkey").exists()


def test_data_of_another_postgresql_are_refused_with_both_versions(folder: Path) -> None:
    start_engines(folder).stop()
    (folder / "engines" / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(EngineTrouble, match=r"written by PostgreSQL 14; .* is\s+PostgreSQL 18"):
        start_engines(folder)


def test_data_and_sockets_are_for_their_owner_alone(folder: Path) -> None:
    with start_engines(folder) as engines:
        sockets = Path(ask(engines, "unix_socket_directories"))
        for path in (sockets, folder / "engines" / "postgres", folder / "engines" / "valkey"):
            assert path.stat().st_mode & 0o077 == 0, path


def test_engines_whose_sockets_were_swept_away_are_started_anew(folder: Path) -> None:
    engines = start_engines(folder)
    write(engines, "committed")
    old = [postmaster(engines), valkey(engines)]
    for socket in Path(ask(engines, "unix_socket_directories")).iterdir():
        socket.unlink()
    with start_engines(folder) as again:
        assert read(again) == read_redis(again) == ["committed"]
    engines.stop()
    assert [server.is_running() for server in old] == [False, False]


def test_a_swept_folder_of_sockets_is_made_again_at_the_same_address(folder: Path) -> None:
    with start_engines(folder / ("long-" + "x" * 120)) as engines:
        write(engines, "committed")
        sockets = Path(ask(engines, "unix_socket_directories"))
        old = [postmaster(engines), valkey(engines)]
        shutil.rmtree(sockets)
        engines.revive()
        assert read(engines) == read_redis(engines) == ["committed"]
        assert [server.is_running() for server in old] == [False, False]
    shutil.rmtree(sockets)


def test_stop_ends_servers_that_can_no_longer_be_reached(folder: Path) -> None:
    engines = start_engines(folder)
    servers = [postmaster(engines), valkey(engines)]
    for socket in Path(ask(engines, "unix_socket_directories")).iterdir():
        socket.unlink()
    engines.stop()
    assert [server.is_running() for server in servers] == [False, False]


@as_root
def test_as_root_the_servers_run_as_nobody(folder: Path) -> None:
    nobody = unprivileged_account()
    with start_engines(folder) as engines:
        assert postmaster(engines).uids().effective == nobody.uid
        assert valkey(engines).uids().effective == nobody.uid
        assert valkey(engines).gids().effective == nobody.gid
        # The servers own what they write, and cannot put anything where root writes.
        assert (folder / "engines").stat().st_uid == 0


@as_root
def test_a_closed_checkout_stays_closed_and_makes_no_account(closed_folder: Path) -> None:
    accounts = pwd.getpwall()
    with start_engines(closed_folder) as engines:
        write(engines, "out of the way")
        assert engines.place is not None
        assert not engines.place.is_relative_to(closed_folder.parent.parent)
        assert str(engines.place) in (closed_folder / "engines-live-elsewhere.txt").read_text()
    with start_engines(closed_folder) as engines:
        assert read(engines) == ["out of the way"]
    assert closed_folder.parent.parent.stat().st_mode & 0o777 == 0o700
    assert not can_reach(closed_folder, unprivileged_account())
    assert pwd.getpwall() == accounts


@as_root
def test_a_moved_checkout_keeps_its_data_and_a_copied_one_gets_its_own(
    closed_folder: Path,
) -> None:
    checkout = closed_folder.parent
    moved, copied = checkout.with_name("moved"), checkout.with_name("copied")
    with start_engines(closed_folder) as engines:
        write(engines, "original")
        first = engines.place
    checkout.rename(moved)
    shutil.copytree(moved, copied)
    with start_engines(moved / "var") as engines:
        assert engines.place == first
    with start_engines(copied / "var") as engines:
        second = engines.place
    moved.rename(checkout)
    assert second is not None
    assert second != first
    shutil.rmtree(second)


@as_root
def test_programs_that_nobody_can_reach_are_copied_once(
    closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engines.programs.can_reach", lambda folder, account: False)
    with start_engines(closed_folder) as engines:
        assert Path(postmaster(engines).exe()).is_relative_to(engines.place)
        assert Path(valkey(engines).exe()).is_relative_to(engines.place)
        made = next((engines.place / "programs").iterdir()).stat().st_mtime_ns
    with start_engines(closed_folder) as engines:
        assert next((engines.place / "programs").iterdir()).stat().st_mtime_ns == made


@as_root
def test_a_place_of_another_account_is_refused(folder: Path) -> None:
    (folder / "engines").symlink_to("/tmp")
    with pytest.raises(EngineTrouble, match="belongs to another account"):
        start_engines(folder)
