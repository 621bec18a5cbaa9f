"""Admission: how many requests work at once, and that none of them keeps a thread for ever.

A server thread that waits for the database, or for a client that sends its body slowly, answers
nobody else. So there are many more threads than requests that may work at once: a request first
reads its body, then takes a place in the order of its coming, and is told to come back later when
none is free in time. ``/livez`` needs no place: it says that the process lives, whatever waits.

Small bodies are read before the place is taken. Large ones and those of unstated length are read in
it, a quarter of the places at most, so that slow senders never hold them all. A body that stays
away holds one thread; how many may be awaited is limited, for everybody and for one address.

How long one is awaited is limited by ``late_bodies``.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import ClientDisconnected, RequestTimeout

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LIVENESS: Final = "/livez"
# Set in the environment of a request that found no place; the application answers it.
TURNED_AWAY: Final = "tanpuhui.turned_away"
# Set to the exception why the body is not whole; the application raises it.
NOT_WHOLE: Final = "tanpuhui.not_whole"
WAIT_S: Final = 2.0
SMALL_BODY: Final = 64 * 1024
MOST_AWAITED: Final = 128
MOST_AWAITED_OF_ONE: Final = 16
# Threads of a server process beyond its places: for those who wait, and for who asks if it lives.
MORE_THREADS: Final = 2 * MOST_AWAITED


class Admission:
    """A WSGI application around another that lets ``places`` requests work at once."""

    def __init__(self, application: WSGIApplication, places: int, wait_s: float = WAIT_S) -> None:
        self._application = application
        self._places = threading.BoundedSemaphore(places)
        self._large = threading.BoundedSemaphore(max(1, places // 4))
        self._wait_s = wait_s
        self._awaited: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, or have it turned away."""
        if environ["PATH_INFO"] == LIVENESS:
            return self._application(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or "0"
        stated = length.isdigit() and "HTTP_TRANSFER_ENCODING" not in environ
        if stated and int(length) <= SMALL_BODY:
            ready = length == "0" or self._read_first(environ, int(length))
            return self._placed(environ, start_response, ready=ready)
        if not self._large.acquire(timeout=self._wait_s):
            return self._placed(environ, start_response, ready=False)
        try:
            return self._placed(environ, start_response, ready=True)
        finally:
            self._large.release()

    def _placed(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, ready: bool
    ) -> Iterable[bytes]:
        """Answer in a place that is kept until the answer is made, or say that there is none."""
        if not (ready and self._places.acquire(timeout=self._wait_s)):
            environ[TURNED_AWAY] = True
            return self._application(environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._places.release()

    def _read_first(self, environ: WSGIEnvironment, length: int) -> bool:
        """Read a small body; False when too many bodies are awaited already."""
        address = environ.get("REMOTE_ADDR", "")
        with self._lock:
            if (
                self._awaited.total() >= MOST_AWAITED
                or self._awaited[address] >= MOST_AWAITED_OF_ONE
            ):
                return False
            self._awaited[address] += 1
        try:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        except (RequestTimeout, ClientDisconnected) as cut_short:
            environ[NOT_WHOLE], environ["wsgi.input"] = cut_short, BytesIO()
        finally:
            with self._lock:
                self._awaited[address] -= 1
                if not self._awaited[address]:
                    del self._awaited[address]
        return True
