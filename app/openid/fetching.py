"""Ask an address that somebody registered: over TLS, outside our own network but where whoever runs
the server allowed it, and not for long.

The name is resolved once, every address that it has must be one of the open internet, and it is one
of those that is connected to: a name that leads inside a moment later leads nowhere. Redirects are
not followed, and no proxy of the environment is used.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

import orjson

from behaviours.json_value import JsonObject
from behaviours.open_addresses import NOWHERE, Inside, is_open
from behaviours.openid_providers import OpenidProviderUnreachable

CONNECT_S: Final = 3.0
# From the first connection to the last byte: a request of ours ends within ten seconds.
WHOLE_S: Final = 6.0
MOST_BYTES: Final = 256 * 1024
RETRY_AFTER_S: Final = 30
_SCHEMES: Final = {"https": 443, "http": 80}


def unreachable(case: str) -> OpenidProviderUnreachable:
    """The refusal; nothing of the provider's own words travels in it."""
    return OpenidProviderUnreachable(case, retry_after_s=RETRY_AFTER_S)


def fetch_json(
    url: str,
    *,
    open_net_only: bool,
    inside: Inside = NOWHERE,
    form: str | None = None,
    headers: Mapping[str, str] = {},
) -> tuple[int, JsonObject]:
    """The status and the JSON object that ``url`` answers, to a GET, or to a POST of ``form``.

    ``open_net_only``: over TLS, and never an address of this machine or of a private network that
    is not of ``inside``. Raises OpenidProviderUnreachable.
    """
    try:
        address = _address_of(url, open_net_only=open_net_only, inside=inside)
        status, body = _ask(url, address, form=form, headers=headers)
    except (OSError, HTTPException, ValueError) as trouble:
        raise unreachable("silent") from trouble
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise unreachable("unfit")
    return status, answer


def checked_addresses(
    host: str, port: int, *, open_net_only: bool, inside: Inside = NOWHERE
) -> list[str]:
    """Where a host can be reached; raises OSError when one of its addresses is not to be asked."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if open_net_only and not all(is_open(each) or inside.has(host, each) for each in addresses):
        raise PermissionError("an address of a network that is not open")
    return addresses


def _address_of(url: str, *, open_net_only: bool, inside: Inside) -> str:
    """Where the host of ``url`` is connected to; raises OSError when it is not to be asked."""
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or (open_net_only and parts.scheme != "https"):
        raise PermissionError("not over TLS")
    host, port = parts.hostname or "", parts.port or _SCHEMES[parts.scheme]
    return checked_addresses(host, port, open_net_only=open_net_only, inside=inside)[0]


def _ask(
    url: str, address: str, *, form: str | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _SCHEMES[parts.scheme]
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    held = [socket.create_connection((address, port), timeout=CONNECT_S)]
    # A server that sends a byte a second is cut off, too.
    watch = threading.Timer(WHOLE_S, _cut, (held,))
    watch.daemon = True
    watch.start()
    try:
        held[0].settimeout(WHOLE_S)
        line = HTTPConnection(host, port)
        if parts.scheme == "https":
            line = HTTPSConnection(host, port)
            _speak_tls(held, host)
        line.sock = held[0]
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        if form is None:
            line.request("GET", path, headers=sent)
        else:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            line.request("POST", path, body=form.encode("ascii"), headers=sent)
        answer = line.getresponse()
        body = answer.read(MOST_BYTES + 1)
    finally:
        watch.cancel()
        held[0].close()
    if len(body) > MOST_BYTES:
        raise ValueError("too long")
    return answer.status, body


def _speak_tls(held: list[socket.socket], host: str) -> None:
    """Go over to TLS, with a certificate that must be the host's."""
    context = ssl.create_default_context()
    tls = context.wrap_socket(held[0], server_hostname=host, do_handshake_on_connect=False)
    held[0] = tls
    tls.do_handshake()


def _cut(held: list[socket.socket]) -> None:
    with suppress(OSError):
        held[0].shutdown(socket.SHUT_RDWR)
