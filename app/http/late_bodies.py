"""Late bodies: a body that does not come is not waited for without end.

The server gives a WSGI application its body by a read that returns when the bytes are there, with
no time of its own (granian 2.8: of HTTP/1 only the header has a timeout), and nothing ends a read
from outside. So the connection is ended instead: while bodies are awaited, an eye is kept on the
connections of those who owe one. One over which less than 1 KiB a second came in ``patience_s``
seconds, and nothing went out, or that has been bringing one body for ten times as long, is read no
further. Who waited for more is told that this was all, answers 408 REQUEST_TIMEOUT and is free.

Reading bodies on an event loop and handing them on whole (RSGI) would do it, too; it was measured
to take 16 % more processor time for each small request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from werkzeug.exceptions import ClientDisconnected, RequestTimeout

from app.http.connections import Connection, connections_at, plain

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = structlog.get_logger("tanpuhui.late_bodies")

LEAST_PER_S: Final = 1024
# A body may take so many times as long as it may stay away.
WHOLE: Final = 10
LOOK_S: Final = 1.0


class Body(Protocol):
    """The body of a request, as the server gives it."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or what there is before the end."""


class AwaitedBody:
    """A body whose reading has an end: by the bytes, or by a refusal.

    Raises RequestTimeout when it came too slowly, and ClientDisconnected when its sender left
    before it was whole, so that no part of a body is ever taken for all of it.
    """

    def __init__(
        self, body: Body, length: int | None, address: str, waiting: AwaitedBodies
    ) -> None:
        self.address = address
        self.began = time.monotonic()
        self.ended = False
        self._body = body
        self._lacking = length
        self._waiting = waiting

    def read(self, size: int = -1, /) -> bytes:
        """``size`` bytes, fewer at the end; all that come when it is negative."""
        if size < 0:
            return b"".join(iter(lambda: self._piece(1 << 16), b""))
        return self._piece(size)

    def _piece(self, size: int) -> bytes:
        asked = size if self._lacking is None else min(size, self._lacking)
        if not asked:
            return b""
        self._waiting.add(self)
        try:
            piece = self._body.read(asked)
        finally:
            self._waiting.discard(self)
        if len(piece) == asked:
            self.ended = False
        elif self.ended:
            raise RequestTimeout
        elif self._lacking is not None:
            raise ClientDisconnected
        if self._lacking is not None:
            self._lacking -= len(piece)
        return piece


class AwaitedBodies:
    """The bodies that are being read at this moment, in whatever thread."""

    def __init__(self) -> None:
        self._bodies: set[AwaitedBody] = set()
        self._lock = threading.Lock()

    def add(self, body: AwaitedBody) -> None:
        """A read of this body begins."""
        with self._lock:
            self._bodies.add(body)

    def discard(self, body: AwaitedBody) -> None:
        """It has ended."""
        with self._lock:
            self._bodies.discard(body)

    def since(self, moment: float) -> list[AwaitedBody]:
        """Those whose reading began before ``moment``."""
        with self._lock:
            return [body for body in self._bodies if body.began <= moment]


@dataclass(frozen=True, slots=True)
class Flow:
    """What a connection had carried ``at`` a moment; ``since``: from when it has gone on like that.

    Moments are of the monotonic clock.
    """

    at: float
    since: float
    owing: bool
    answered: int
    received: int

    def goes_on(self, one: Connection) -> bool:
        """Whether nothing went out since, and nothing began; an answer or a new request is."""
        return self.answered == one.answered and (self.owing or self.received == one.received)


class Flows:
    """Which connections brought too little, by what they carried from one look to another."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._seen: dict[int, Flow] = {}

    def late(self, connections: Iterable[Connection], now: float) -> Iterator[Connection]:
        """Of these, all that are looked at, those that are not to be waited for any longer.

        A connection on which nothing came and nothing went is among them, whether or not it owes
        something: a client may have sent an answered request and a part of the next one at once.
        """
        before, self._seen = self._seen, {}
        for one in connections:
            seen = before.get(one.number)
            if seen is None or not seen.goes_on(one):
                self._seen[one.number] = _flow(one, now, since=now)
                continue
            passed = now - seen.at
            is_due = passed >= self._patience_s
            self._seen[one.number] = _flow(one, now, since=seen.since) if is_due else seen
            too_slow = is_due and one.received - seen.received < LEAST_PER_S * passed
            if too_slow or (seen.owing and now - seen.since >= WHOLE * self._patience_s):
                yield one


def _flow(one: Connection, now: float, *, since: float) -> Flow:
    return Flow(now, since, one.owing, one.answered, one.received)


class LateBodies:
    """A WSGI application around another, in which no body is waited for without end."""

    def __init__(self, application: WSGIApplication, patience_s: float) -> None:
        self._application = application
        self._patience_s = patience_s
        self._waiting = AwaitedBodies()
        self._port = 0
        threading.Thread(target=self._watch, name="late-bodies", daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        in_chunks = "HTTP_TRANSFER_ENCODING" in environ
        length = None if in_chunks else environ.get("CONTENT_LENGTH", "0")
        if length == "0":
            return self._application(environ, start_response)
        self._port = int(environ["SERVER_PORT"])
        environ["wsgi.input"] = AwaitedBody(
            environ["wsgi.input"],
            int(length) if length and length.isdigit() else None,
            environ.get("REMOTE_ADDR", ""),
            self._waiting,
        )
        return self._application(environ, start_response)

    def _watch(self) -> None:
        flows = Flows(self._patience_s)
        while True:
            time.sleep(LOOK_S)
            try:
                look(self._waiting, flows, lambda: connections_at(self._port), self._patience_s)
            except OSError as problem:
                # No file can be opened just now: looked at again in a second.
                _log.warning("connections not seen", exc_info=problem)


def look(
    waiting: AwaitedBodies,
    flows: Flows,
    connections: Callable[[], Iterable[Connection]],
    patience_s: float,
) -> None:
    """End what is late, once."""
    now = time.monotonic()
    awaited = {plain(body.address) for body in waiting.since(now - LOOK_S)}
    seen = (one for one in connections() if one.address in awaited) if awaited else ()
    late = waiting.since(now - patience_s)
    for one in flows.late(seen, now):
        # Marked before it is ended, so that the read that returns knows why.
        of_it = [body for body in late if plain(body.address) == one.address]
        for body in of_it:
            body.ended = True
        if of_it:
            one.end_reading()
