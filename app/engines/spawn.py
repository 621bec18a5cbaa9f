"""Run the bundled programs under the engines' account."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from app.engines.place import EnginePlace

LONG_LOG_BYTES = 20 << 20

# Handles of the servers we started. They outlive the call that started them, and Python warns of
# a handle that is dropped while its process runs.
_SERVERS: list[subprocess.Popen[bytes]] = []


def spawn(
    place: EnginePlace,
    command: list[str | Path],
    *,
    folder: Path,
    log: Path,
    said: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in `folder`, writing to `log`; `said` is what it reads as its input.

    It gets a session of its own, so that Ctrl-C reaches us and not the engine below us.
    """
    with _open_log(place, log) as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if said is None else subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=_environment(place),
            start_new_session=True,
            **place.account.process_arguments(),
        )
    if said is not None and server.stdin is not None:
        with suppress(BrokenPipeError), server.stdin as told:
            told.write(said.encode())
    _SERVERS.append(server)
    return server


def run(place: EnginePlace, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; the caller looks at its return code and what it said."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=place.root,
        env=_environment(place),
        timeout=180,
        **place.account.process_arguments(),
    )


def wait_for_end(pid: int, seconds: float) -> bool:
    """Whether server `pid`, started by us or by another program, ends within `seconds`."""
    own = next((server for server in _SERVERS if server.pid == pid), None)
    deadline = time.monotonic() + seconds
    while own.poll() is None if own is not None else _lives(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _lives(pid: int) -> bool:
    """A zombie has ended: its parent, perhaps a container's careless init, has just not looked."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def reap() -> None:
    """Look after those of our servers that have died, so that their numbers are free again."""
    for server in _SERVERS:
        server.poll()


def lives_in(folder: Path, name: str) -> bool:
    """Whether any process of server `name` still stands in `folder`."""
    return any(serves(process.pid, name, folder) for process in psutil.process_iter())


def last_words(log: Path) -> str:
    """The end of a server's log, for the message that says it did not start."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def serves(pid: int, name: str, folder: Path) -> bool:
    """Whether process `pid` is server `name` in `folder`, and not a stranger with its number."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith(name):
            return False
        return Path(process.cwd()).samefile(folder)
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False
    except psutil.AccessDenied:
        # Root in a container may be kept from looking at where a process of `nobody` stands.
        return os.geteuid() == 0


def _open_log(place: EnginePlace, log: Path) -> IO[bytes]:
    """Never through a link; a long one makes room first, keeping the one before."""
    if log.exists() and log.stat().st_size > LONG_LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(log, flags, 0o600)
    if place.account.switch:
        os.fchown(descriptor, place.account.uid, place.account.gid)
    return os.fdopen(descriptor, "ab")


def _environment(place: EnginePlace) -> dict[str, str]:
    """The environment of an engine: a PGHOST or a locale of the caller's must not steer it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "TANPUHUI_")) and name not in {"LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C", "TZ": "UTC", "HOME": str(place.root)}
