"""Receivers of webhooks: real servers on free ports, which answer as a test says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """A message as it came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


class Receiver:
    """What came in, in order, and how it is answered: ``answer`` is given the handler."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answer: Callable[[_Handler], None] = taken
        self.url = ""
        self.let_go = threading.Event()
        self.came = threading.Condition()

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.got]

    def wait_for(self, messages: int) -> None:
        """Until so many came in."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.got) >= messages, timeout=20)


def taken(handler: _Handler) -> None:
    """It has it."""
    handler.reply(204)


def says(status: int, body: bytes = b"", **headers: str) -> Callable[[_Handler], None]:
    """It answers so."""

    def answer(handler: _Handler) -> None:
        handler.reply(status, body, **headers)

    return answer


def hangs(handler: _Handler) -> None:
    """It says nothing until the test is over."""
    handler.receiver.let_go.wait(20)


def trickles(handler: _Handler) -> None:
    """It says yes, and then goes on and on, a byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(400):
        if handler.receiver.let_go.wait(0.05):
            return
        try:
            handler.wfile.write(b"x")
            handler.wfile.flush()
        except OSError:
            return


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """One, served while the block lasts."""
    made = Receiver()

    class Handler(_Handler):
        receiver = made

    server = _Server(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        made.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def signatures(got: Got, secret: str) -> list[bool]:
    """Of each signature of a message whether this secret made it: the specification once more."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{got.id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return [each == f"v1,{right}" for each in got.headers["webhook-signature"].split(" ")]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Who asked has gone."""


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.receiver.came:
            self.receiver.got.append(Got(self.path, headers, body))
            self.receiver.came.notify_all()
        self.receiver.answer(self)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
