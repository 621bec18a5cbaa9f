"""A light load: ready-made requests over a few kept-alive connections, one in flight on each.

It runs as a process of its own (``python -m app.bench.load``), so that the measuring side does not
wait for the interpreter of the side that measures, and it does next to nothing per request.
"""

from __future__ import annotations

import json
import secrets
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import orjson

from behaviours.json_value import JsonObject

READ = 1 << 20
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Load(TypedDict):
    """What the sending process is told; the bodies are JSON texts."""

    port: int
    path: str
    token: str
    connections: int
    keyed: bool
    bodies: list[str]


class LoadDone(TypedDict):
    """What it answers; on the way through JSON the statuses become texts."""

    seconds: float
    statuses: dict[int, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How long the whole load took, and how often each status was answered."""

    seconds: float
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        return sum(self.statuses.values()) / self.seconds


def send_load(
    port: int,
    path: str,
    token: str,
    bodies: Sequence[JsonObject],
    *,
    connections: int,
    expect: int | Mapping[int, int],
    keyed: bool = False,
) -> Outcome:
    """POST every body once, with a fresh Idempotency-Key if ``keyed``.

    Asserts that each is answered with ``expect``, or so many with each of these statuses.
    """
    load: Load = {
        "port": port,
        "path": path,
        "token": token,
        "connections": connections,
        "keyed": keyed,
        "bodies": [orjson.dumps(body).decode() for body in bodies],
    }
    done = subprocess.run(
        [sys.executable, "-m", "app.bench.load"],
        input=orjson.dumps(load),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: LoadDone = json.loads(done.stdout)
    statuses = {int(status): count for status, count in found["statuses"].items()}
    wanted = {expect: len(bodies)} if isinstance(expect, int) else dict(expect)
    assert statuses == wanted, f"{path} answered {statuses}"
    return Outcome(found["seconds"], statuses)


class _Lane:
    """One connection; ``next_request`` sends, ``received`` reads until an answer is whole."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def received(self) -> int | None:
        """The status once the answer is whole, else None."""
        chunk = self.socket.recv(READ)
        assert chunk, "the server closed a kept-alive connection"
        self._buffer += chunk
        end = self._buffer.find(_END)
        if end < 0:
            return None
        head = self._buffer[:end].lower()
        at = head.index(_LENGTH) + len(_LENGTH)
        length = int(head[at:].split(b"\r\n", 1)[0])
        if len(self._buffer) < end + len(_END) + length:
            return None
        self._buffer = b""
        return int(head[9:12])


def _key() -> bytes:
    return f"Idempotency-Key: {secrets.token_hex(16)}\r\n".encode()


def _with_length(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def run(load: Load) -> LoadDone:
    """Send everything of the load and say how it went."""
    head = (
        f"POST {load['path']} HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {load['token']}\r\nContent-Type: application/json\r\n"
    ).encode()
    requests = iter(
        [
            head + (_key() if load["keyed"] else b"") + _with_length(text.encode())
            for text in load["bodies"]
        ]
    )
    statuses: Counter[int] = Counter()
    ready = selectors.DefaultSelector()
    lanes = [_Lane(load["port"]) for _ in range(load["connections"])]
    began = time.perf_counter()
    busy = 0
    for lane in lanes:
        request = next(requests, None)
        if request is not None:
            lane.send(request)
            ready.register(lane.socket, selectors.EVENT_READ, lane)
            busy += 1
    while busy:
        for key, _ in ready.select():
            status = key.data.received()
            if status is None:
                continue
            statuses[status] += 1
            request = next(requests, None)
            if request is None:
                ready.unregister(key.data.socket)
                busy -= 1
            else:
                key.data.send(request)
    return {"seconds": time.perf_counter() - began, "statuses": statuses}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(sys.stdin.buffer.read()))))
