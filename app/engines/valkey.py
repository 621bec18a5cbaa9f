"""The embedded Valkey: the queue's server, started, found running, stopped."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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
    """A running server: its process and its socket."""

    pid: int
    socket: Path

    def url(self) -> str:
        """A URL that redis-py, and so RQ, reads."""
        return f"unix://{self.socket}?db=0"


def start_valkey(place: EnginePlace, programs: Programs) -> Valkey:
    """The server of `place`, found running or started."""
    return find_valkey(place) or _start(place, programs)


def find_valkey(place: EnginePlace) -> Valkey | None:
    """The server that answers on the place's socket, or None; one that is loading is waited for."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return Valkey(_ask_pid(_socket(place)), _socket(place))
        except (redis.BusyLoadingError, redis.TimeoutError):
            if time.monotonic() > deadline:
                raise EngineTrouble(
                    f"Valkey does not answer on {_socket(place)} within {START_SECONDS} seconds. "
                    f"Its log is {_log(place)}."
                ) from None
            time.sleep(0.1)
        except redis.ConnectionError:
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
    started = spawn(place, [programs.valkey_server, *words], folder=folder, log=_log(place))
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


def _ask_pid(socket: Path) -> int:
    # A refused connection is an answer here ("not running"), so it is not tried again.
    client = redis.Redis(
        unix_socket_path=str(socket), socket_timeout=5, retry=Retry(NoBackoff(), retries=0)
    )
    try:
        return int(client.info("server")["process_id"])
    finally:
        client.close()


def _socket(place: EnginePlace) -> Path:
    return place.sockets / "valkey.sock"


def _log(place: EnginePlace) -> Path:
    return place.root / "valkey.log"
