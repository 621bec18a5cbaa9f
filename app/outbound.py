"""Ask an address that somebody registered: outside our own network but where whoever runs the
server allowed it, and not for long.

The name is resolved once, every address that it has must be one of the open internet, and it is one
of those that is connected to: a name that leads inside a moment later leads nowhere. Redirects are
not followed, and no proxy of the environment is used.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from behaviours.open_addresses import NOWHERE, Inside, is_open

CONNECT_S: Final = 3.0
SCHEMES: Final = {"https": 443, "http": 80}
# What may go wrong with an address: the network, what is spoken over it, and the address itself.
TROUBLES: Final = (OSError, HTTPException, ValueError)

# The addresses of a host, as texts; raises OSError.
Resolve = Callable[[str, int], list[str]]


class NotOpen(PermissionError):
    """It is an address of this machine or of a private network, or nothing that is asked."""


def resolve(host: str, port: int) -> list[str]:
    """Every address that the system knows of a host, each once; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class OutboundReach(NamedTuple):
    """What may be asked: ``tls_only`` over nothing but TLS, ``open_net_only`` no address of this
    machine or of a private network that is not of ``inside``."""

    tls_only: bool
    open_net_only: bool
    inside: Inside = NOWHERE
    resolve: Resolve = resolve

    def addresses(self, host: str, port: int) -> list[str]:
        """Where a host can be reached; raises OSError when one of its addresses is not to be
        asked."""
        found = self.resolve(host, port)
        if self.open_net_only and not all(is_open(e) or self.inside.has(host, e) for e in found):
            raise NotOpen("an address of a network that is not open")
        return found


class AnswerLimits(NamedTuple):
    """How much of an answer is waited for: until the last byte, and no more bytes than that."""

    whole_s: float
    most_bytes: int


class Sent(NamedTuple):
    """A request; None: nothing is sent with it, a GET."""

    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class OutboundAnswer(NamedTuple):
    """The status, and the first bytes: one more than were asked for, where there are more.

    ``retry_after`` is the header of that name, as it came.
    """

    status: int
    body: bytes
    retry_after: str | None = None


def ask(sent: Sent, reach: OutboundReach, patience: AnswerLimits) -> OutboundAnswer:
    """What the address answers; raises one of ``TROUBLES``, TimeoutError where it took too long."""
    parts = urlsplit(sent.url)
    if parts.scheme not in SCHEMES or (reach.tls_only and parts.scheme != "https"):
        raise NotOpen("not over TLS")
    host, port = parts.hostname or "", parts.port or SCHEMES[parts.scheme]
    address = reach.addresses(host, port)[0]
    held = [socket.create_connection((address, port), timeout=min(CONNECT_S, patience.whole_s))]
    # A server that sends a byte a second is cut off, too.
    late = threading.Event()
    watch = threading.Timer(patience.whole_s, _cut, (held, late))
    watch.daemon = True
    watch.start()
    try:
        answered = _speak(sent, parts, held, patience)
    except TROUBLES as trouble:
        if late.is_set():
            raise TimeoutError from trouble
        raise
    finally:
        watch.cancel()
        held[0].close()
    if late.is_set():
        # What was read may be no more than the half of it.
        raise TimeoutError
    return answered


def _speak(
    sent: Sent, parts: SplitResult, held: list[socket.socket], patience: AnswerLimits
) -> OutboundAnswer:
    host, port = parts.hostname or "", parts.port or SCHEMES[parts.scheme]
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    held[0].settimeout(patience.whole_s)
    line = HTTPConnection(host, port)
    if parts.scheme == "https":
        line = HTTPSConnection(host, port)
        _speak_tls(held, host)
    line.sock = held[0]
    headers = {"Accept-Encoding": "identity", **sent.headers}
    line.request("GET" if sent.body is None else "POST", path, body=sent.body, headers=headers)
    answer = line.getresponse()
    body = answer.read(patience.most_bytes + 1)
    return OutboundAnswer(answer.status, body, answer.getheader("Retry-After"))


def _speak_tls(held: list[socket.socket], host: str) -> None:
    """Go over to TLS, with a certificate that must be the host's."""
    context = ssl.create_default_context()
    tls = context.wrap_socket(held[0], server_hostname=host, do_handshake_on_connect=False)
    held[0] = tls
    tls.do_handshake()


def _cut(held: list[socket.socket], late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        held[0].shutdown(socket.SHUT_RDWR)
