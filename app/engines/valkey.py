"""The embedded Valkey: the queue's server, started, found running, stopped."""

from __future__ import annotations

import os
import secrets
import signal
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkstemp

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.engines.place import EnginePlace, engine_folder
from app.engines.programs import Programs
from app.engines.spawn import last_words, serves, spawn, wait_for_end
from app.engines.trouble import EngineTrouble

NAME = "valkey"
START_SECONDS = 60
STOP_SECONDS = 30

OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "dir": ".",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
}


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server: its process, its socket, and what it asks of whoever connects."""

    pid: int
    socket: Path
    password: str = field(repr=False)

    def url(self) -> str:
        """A URL that redis-py, and so RQ, reads."""
        return f"unix://{self.socket}?db=0&password={self.password}"


def start_valkey(place: EnginePlace, programs: Programs) -> Valkey:
    """The server of `place`, found running or started."""
    running = find_valkey(place)
    if running is None:
        return _start(place, programs)
    # Early releases started theirs without a password.
    with closing(_client(running.socket, running.password)) as client:
        client.config_set("requirepass", running.password)
    return running


def find_valkey(place: EnginePlace) -> Valkey | None:
    """The server that answers on the place's socket, or None; one that is loading is waited for.

    One that knows another password does not count.
    """
    password = _password(place)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return Valkey(_ask_pid(_socket(place), password), _socket(place), password)
        except (redis.BusyLoadingError, redis.TimeoutError):
            if time.monotonic() > deadline:
                raise EngineTrouble(
                    f"Valkey does not answer on {_socket(place)} within {START_SECONDS} seconds. "
                    f"Its log is {_log(place)}."
                ) from None
            time.sleep(0.1)
        except (redis.ConnectionError, redis.ResponseError):
            return None


def stop_valkey(place: EnginePlace) -> None:
    """Stop the server of `place`: the log of commands is written out, the process is gone."""
    running = find_valkey(place)
    if running is None:
        _end_unreachable(place)
        return
    # A process that ended since it answered has done what was asked.
    with suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    if not wait_for_end(running.pid, STOP_SECONDS):
        raise EngineTrouble(
            f"Valkey (process {running.pid}) does not stop. Its log is {_log(place)}."
        )


def _start(place: EnginePlace, programs: Programs) -> Valkey:
    folder = place.root / NAME
    engine_folder(folder, place.account)
    engine_folder(place.sockets, place.account)
    _end_unreachable(place)
    options = OPTIONS | {"unixsocket": str(_socket(place))}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    # The password goes in by a pipe: arguments and environments are read by others.
    started = spawn(
        place,
        [programs.valkey_server, "-", *words],
        folder=folder,
        log=_log(place),
        said=f"requirepass {_password(place)}\n",
    )
    _pid_file(place).unlink(missing_ok=True)
    _pid_file(place).write_text(f"{started.pid}\n")
    deadline = time.monotonic() + START_SECONDS
    while started.poll() is None and time.monotonic() < deadline:
        if (running := find_valkey(place)) is not None:
            return running
        time.sleep(0.02)
    started.terminate()
    raise EngineTrouble(
        f"Valkey does not start. Its log, {_log(place)}, ends with:\n{last_words(_log(place))}"
    )


def _end_unreachable(place: EnginePlace) -> None:
    """End a server that lost its socket, as after /tmp was swept: two must not share files."""
    try:
        pid = int(_pid_file(place).read_text())
    except (FileNotFoundError, ValueError):
        return
    if serves(pid, NAME, place.root / NAME):
        os.kill(pid, signal.SIGTERM)
        wait_for_end(pid, STOP_SECONDS)


def _pid_file(place: EnginePlace) -> Path:
    return place.root / "valkey.pid"


def _password(place: EnginePlace) -> str:
    """The password of this place's server, which only those read who start and use it."""
    kept = place.root / "valkey.password"
    with suppress(FileNotFoundError):
        return kept.read_text().strip()
    descriptor, name = mkstemp(dir=place.root, prefix="valkey-")
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{secrets.token_hex(32)}\n")
    # Two programs may start at once: the first link wins. Root leaves it to the place's owner.
    owner = place.root.stat()
    if os.geteuid() == 0:
        os.chown(name, owner.st_uid, owner.st_gid)
    with suppress(FileExistsError):
        os.link(name, kept)
    Path(name).unlink()
    return kept.read_text().strip()


def _ask_pid(socket: Path, password: str) -> int:
    with closing(_client(socket, password)) as client:
        return int(client.info("server")["process_id"])


def _client(socket: Path, password: str) -> redis.Redis:
    # A refused connection is an answer here ("not running"), so it is not tried again.
    return redis.Redis(
        unix_socket_path=str(socket),
        password=password,
        socket_timeout=5,
        retry=Retry(NoBackoff(), retries=0),
    )


def _socket(place: EnginePlace) -> Path:
    return place.sockets / "valkey.sock"


def _log(place: EnginePlace) -> Path:
    return place.root / "valkey.log"
