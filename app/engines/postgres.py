"""The embedded PostgreSQL: make its cluster, start it, find one that already runs, stop it."""

from __future__ import annotations

import os
import pwd
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from app.engines.account import own_account
from app.engines.place import EnginePlace, engine_folder
from app.engines.programs import POSTGRES_MAJOR, Programs
from app.engines.spawn import last_words, lives_in, reap, run, serves, spawn, wait_for_end
from app.engines.trouble import EngineTrouble

NAME = "postgres"
DATABASE = "tanpuhui"
ROLE = "postgres"
PORT = 5432  # only names the socket's file: nothing listens on a network address
START_SECONDS = 120  # recovery after a crash reads up to max_wal_size of log
STOP_SECONDS = 60

CLUSTER_OPTIONS = (
    "--username=" + ROLE,
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--auth-local=peer",
    "--auth-host=reject",
    "--no-instructions",
)

# Where an operator may tune: written into the new cluster's postgresql.conf, once.
TUNABLE = (
    "max_connections=200",
    # The indexes of a million actions and their points; memory is taken as it is touched.
    "shared_buffers=512MB",
    "max_wal_size=4GB",
    "min_wal_size=256MB",
    "checkpoint_timeout=15min",
    "log_line_prefix=%m [%p] ",
)

# What is answered must be on disk, and nothing listens on the network: given at every start.
FIXED = (
    "listen_addresses=",
    f"port={PORT}",
    "unix_socket_permissions=0700",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "timezone=UTC",
    "log_timezone=UTC",
)


# Who may connect is asked of the kernel, which knows the account of the process at the other end.
# The servers of two installations of root run under one account, nobody's, and may enter each
# other's folder of sockets: so that account is not among them.
ADMISSION = "local all all peer map=own\n"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: its process and how to reach it."""

    pid: int
    sockets: Path

    def url(self, database: str = DATABASE) -> str:
        """A URL that SQLAlchemy and libpq both read."""
        return f"postgresql://{ROLE}@/{database}?host={self.sockets}"


def start_postgres(place: EnginePlace, programs: Programs) -> Postgres:
    """The server of `place`, found running or started, with its database there."""
    cluster = place.root / "postgres"
    running = find_postgres(place)
    if running is not None and not can_be_reached(running):
        stop_postgres(place, programs)
        running = None
    if running is None:
        if not cluster.exists():
            _make_cluster(cluster, place, programs)
        _check_version(cluster)
        running = _start(cluster, place, programs)
    _make_database(running, place, programs)
    return running


def find_postgres(place: EnginePlace) -> Postgres | None:
    """The server that runs on `place` and accepts connections, or None when there is none.

    A server that is starting or stopping is waited for.
    """
    cluster = place.root / "postgres"
    deadline = time.monotonic() + START_SECONDS
    while (facts := _postmaster_facts(cluster)) is not None:
        pid, sockets, status = facts
        if not serves(pid, NAME, cluster):
            return None
        if status == "ready":
            return Postgres(pid, Path(sockets))
        if time.monotonic() > deadline:
            raise EngineTrouble(
                f"PostgreSQL (process {pid}) has been {status or 'starting'} for "
                f"{START_SECONDS} seconds. Its log is {_log(place)}."
            )
        time.sleep(0.05)
    return None


def can_be_reached(running: Postgres) -> bool:
    """Whether its socket is there: somebody may have swept /tmp below a server that lives."""
    return (running.sockets / f".s.PGSQL.{PORT}").exists()


def stop_postgres(place: EnginePlace, programs: Programs) -> None:
    """Stop the server of `place`: sessions are ended, all is written, the process is gone."""
    cluster = place.root / "postgres"
    running = find_postgres(place)
    if running is None:
        return
    asked = run(
        place,
        [programs.pg_ctl, "stop", "-D", cluster, "-m", "fast", "-w", "-t", str(STOP_SECONDS)],
    )
    if asked.returncode != 0 or not wait_for_end(running.pid, STOP_SECONDS):
        raise EngineTrouble(
            f"PostgreSQL (process {running.pid}) does not stop: {asked.stderr.strip()} "
            f"Its log is {_log(place)}."
        )


def _make_cluster(cluster: Path, place: EnginePlace, programs: Programs) -> None:
    """Under another name first, so that a half-made cluster is never taken for a whole one."""
    half_made = cluster.with_name("postgres.new")
    shutil.rmtree(half_made, ignore_errors=True)
    engine_folder(half_made, place.account)
    tuned = [f"--set={setting}" for setting in TUNABLE]
    made = run(place, [programs.initdb, "-D", half_made, *CLUSTER_OPTIONS, *tuned])
    if made.returncode != 0:
        raise EngineTrouble(
            f"PostgreSQL could not make its files in {half_made}.\n{made.stderr.strip()}\n"
            f"{_remedy(made.stderr)}"
        )
    half_made.replace(cluster)


def _remedy(complaint: str) -> str:
    if "user does not exist" in complaint:
        # As in a container started with a bare number for its user.
        return (
            f"PostgreSQL wants its account to have a name: give uid {os.geteuid()} one in "
            "/etc/passwd, or set DATABASE_URL to a server that is already running."
        )
    return (
        "Free some space or set TANPUHUI_DATA_DIR to another folder; or set DATABASE_URL to a "
        "server that is already running."
    )


def _check_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != str(POSTGRES_MAJOR):
        raise EngineTrouble(
            f"The data in {cluster} were written by PostgreSQL {found}; the installed engine is "
            f"PostgreSQL {POSTGRES_MAJOR}. Dump them with the older release and restore them here."
        )


def _start(cluster: Path, place: EnginePlace, programs: Programs) -> Postgres:
    engine_folder(place.sockets, place.account)
    _write_admission(place)
    deadline = time.monotonic() + START_SECONDS
    _forget_a_dead_postmaster(cluster, place, deadline)
    while True:
        started = spawn(
            place,
            [programs.postgres, "-D", cluster, *_options(place)],
            folder=place.root,
            log=_log(place),
        )
        while started.poll() is None:
            if (facts := _postmaster_facts(cluster)) and facts[0] == started.pid:
                pid, sockets, status = facts
                if status == "ready":
                    return Postgres(pid, Path(sockets))
            if time.monotonic() > deadline:
                started.terminate()
                break
            time.sleep(0.02)
        complaint = last_words(_log(place))
        # After a kill -9 of the postmaster its sessions live on for a moment and hold its memory.
        if "still in use" in complaint and time.monotonic() < deadline:
            time.sleep(0.2)
            continue
        raise EngineTrouble(
            f"PostgreSQL does not start. Its log, {_log(place)}, ends with:\n{complaint}"
        )


def _options(place: EnginePlace) -> list[str]:
    # Given here, so that a server cannot be talked into reading other files than these.
    settings = [
        *FIXED,
        f"unix_socket_directories={place.sockets}",
        f"hba_file={_admission(place)}",
        f"ident_file={_admitted(place)}",
    ]
    return [word for setting in settings for word in ("-c", setting)]


def _write_admission(place: EnginePlace) -> None:
    """Say who may connect: root and whoever owns the place, but not an account that many share.

    The files are ours, in a folder in which the server writes nothing.
    """
    owners = {os.geteuid(), place.root.stat().st_uid}
    if not place.account.is_shared:
        owners.add(place.account.uid)
    names = sorted(pwd.getpwuid(uid).pw_name for uid in owners)
    _replace(_admission(place), ADMISSION)
    _replace(_admitted(place), "".join(f'own "{name}" {ROLE}\n' for name in names))


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, and never through a link; the server has to read it."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with new.open("x") as file:
        file.write(text)
        os.fchmod(file.fileno(), 0o644)
    new.replace(path)


def _forget_a_dead_postmaster(cluster: Path, place: EnginePlace, deadline: float) -> None:
    """Remove lock files whose number now belongs to nobody of ours.

    PostgreSQL itself clears the files of a process that is gone, and looks first whether sessions
    of it still use its memory. But a number may belong to a stranger, after a reboot and above
    all in a container, or to a dead process that its parent has not looked after; then PostgreSQL
    would refuse to start. With the file goes PostgreSQL's way to find such sessions, so they are
    waited for here.
    """
    reap()
    for lock in (cluster / "postmaster.pid", place.sockets / f".s.PGSQL.{PORT}.lock"):
        pid = _first_number(lock)
        if pid is None or not psutil.pid_exists(pid) or serves(pid, NAME, cluster):
            continue
        while lives_in(cluster, NAME) and time.monotonic() < deadline:
            time.sleep(0.1)
        if not lives_in(cluster, NAME):
            lock.unlink(missing_ok=True)


def _first_number(lock: Path) -> int | None:
    try:
        return int(lock.read_text().split(maxsplit=1)[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _make_database(running: Postgres, place: EnginePlace, programs: Programs) -> None:
    # As ourselves: the account that the server runs under is not let in.
    ours = replace(place, account=own_account())
    psql: list[str | Path] = [programs.psql, "-h", running.sockets, "-p", str(PORT), "-U", ROLE]
    psql += ["-d", "postgres", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c"]
    asked = run(ours, [*psql, "SELECT datname FROM pg_database"])
    if asked.returncode == 0 and DATABASE not in asked.stdout.split():
        asked = run(ours, [*psql, f"CREATE DATABASE {DATABASE}"])
    if asked.returncode != 0:
        raise EngineTrouble(
            f"PostgreSQL runs but does not answer on {running.sockets}: {asked.stderr.strip()} "
            f"Stop process {running.pid} and start again; the log is {_log(place)}."
        )


def _postmaster_facts(cluster: Path) -> tuple[int, str, str] | None:
    """(pid, socket folder, status) from postmaster.pid; empty text where not written yet."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        folder, status = (lines[number].strip() if len(lines) > number else "" for number in (4, 7))
        return int(lines[0]), folder, status
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _admission(place: EnginePlace) -> Path:
    return place.root / "pg_hba.conf"


def _admitted(place: EnginePlace) -> Path:
    return place.root / "pg_ident.conf"


def _log(place: EnginePlace) -> Path:
    return place.root / "postgres.log"
