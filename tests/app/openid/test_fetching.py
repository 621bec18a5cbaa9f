"""What is asked for over the network: over TLS, never inside, and never for long."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.openid.fetching import fetch_json
from app.outbound import OutboundReach
from behaviours.openid_providers import OpenidProviderUnreachable
from tests.builders.certificates import a_certificate
from tests.builders.refusals import refuses

OPEN_NET = OutboundReach(tls_only=True, open_net_only=True)
INSIDE = (
    "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.1", "10.1.2.3", "172.16.0.1",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
)  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_not_asked(host: str) -> None:
    with pytest.raises(PermissionError):
        OPEN_NET.addresses(host, 443)
    url = f"https://[{host}]/" if ":" in host else f"https://{host}/"
    with refuses(OpenidProviderUnreachable):
        fetch_json(url, open_net_only=True)


@pytest.mark.parametrize(
    "host", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "2002:101:101::"]
)
def test_an_address_of_the_open_internet_may_be_asked(host: str) -> None:
    assert OPEN_NET.addresses(host, 443) == [host]


def test_a_name_of_which_one_address_is_inside_is_not_asked(monkeypatch) -> None:
    def answered(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (each, 443)) for each in ("1.1.1.1", "10.0.0.7")]

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    with pytest.raises(PermissionError):
        OPEN_NET.addresses("login.example.cn", 443)


@pytest.mark.parametrize(
    "url", ["http://1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd", "https:"]
)
def test_nothing_but_tls_is_spoken_outside(url: str) -> None:
    with refuses(OpenidProviderUnreachable):
        fetch_json(url, open_net_only=True)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"host": "%s"}' % self.headers["Host"].encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def tls_server(certificate: Path) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_certificate_must_be_trusted_and_the_hosts(tmp_path: Path, monkeypatch) -> None:
    certificate = a_certificate(tmp_path, "localhost")
    with tls_server(certificate) as port:
        url = f"https://localhost:{port}/x"
        with refuses(OpenidProviderUnreachable):
            fetch_json(url, open_net_only=False)
        monkeypatch.setattr(
            "app.outbound.ssl.create_default_context",
            lambda real=ssl.create_default_context: real(cafile=str(certificate)),
        )
        assert fetch_json(url, open_net_only=False) == (200, {"host": f"localhost:{port}"})
        with refuses(OpenidProviderUnreachable):
            fetch_json(url.replace("localhost", "127.0.0.1"), open_net_only=False)
