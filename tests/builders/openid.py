"""A real OpenID provider on a port of this machine, which does what it is told, also what is wrong.

It is strict where a good one is: about client, secret, address to come back to, code, and PKCE.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.clock import Clock

CALLBACK = "https://tanpuhui.example.cn/login/callback"
Claims = dict[str, Any]


@dataclass
class SignedIn:
    """Who is logged in at the provider, and how they came in there."""

    sub: str
    amr: list[str] | None = None
    acr: str | None = None


@dataclass
class IdProvider:
    """``claims``, ``header`` and ``document`` change what it would say by itself; ``sign_by`` and
    ``algorithm`` how it signs; ``answer`` takes the place of what a path answers."""

    clock: Clock
    base: str = ""
    client_id: str = "tanpuhui"
    client_secret: str | None = "s3cret of ours: 密"
    somebody: SignedIn = field(default_factory=lambda: SignedIn("subject-1"))
    says_issuer: bool = True
    algorithm: str = "RS256"
    keys: list[Any] = field(default_factory=list)
    sign_by: Any = None
    secret: bytes = b""
    claims: Callable[[Claims], Claims] = lambda claims: claims
    header: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sign_by = _first_key()
        self.keys = [self.sign_by]

    def rotate(self, kind: str = "RSA") -> None:
        """From now on it signs with another key, which takes the place of the others."""
        kid = {"kid": secrets.token_hex(4)}
        key: Any
        if kind == "RSA":
            key, self.algorithm = RSAKey.generate_key(2048, kid), "RS256"
        elif kind == "EC":
            key, self.algorithm = ECKey.generate_key("P-256", kid), "ES256"
        else:
            key, self.algorithm = OKPKey.generate_key("Ed25519", kid), kind
        self.keys, self.sign_by = [key], key

    # What a browser does.

    def comes_in(self, url: str) -> dict[str, str]:
        """Follow the address that we send somebody to; what the provider sends them back with."""
        answer = httpx.get(url)
        assert answer.status_code == 302, answer.text
        went, _, query = answer.headers["Location"].partition("?")
        assert went == CALLBACK
        return dict(parse_qsl(query))

    # What the provider does.

    def discovery(self) -> dict[str, Any]:
        said = {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }
        if self.says_issuer:
            said["authorization_response_iss_parameter_supported"] = True
        return said | self.document

    def authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == self.client_id
        assert query["redirect_uri"] == CALLBACK
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        assert query["scope"] == "openid"
        code = secrets.token_urlsafe(24)
        self._codes[code] = query
        back = {"code": code, "state": query["state"]}
        if self.says_issuer:
            back["iss"] = self.base
        return f"{CALLBACK}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        query = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        )
        right = (
            query is not None
            and form["grant_type"] == "authorization_code"
            and form["redirect_uri"] == query["redirect_uri"]
            and challenge.rstrip(b"=").decode() == query["code_challenge"]
            and self._is_client(form, authorization)
        )
        if not right or query is None:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "of no use here",
            "token_type": "Bearer",
            "id_token": self.id_token(query.get("nonce")),
        }

    def id_token(self, nonce: str | None) -> str:
        now = int(self.clock.real_now().timestamp())
        said: Claims = {
            "iss": self.base,
            "sub": self.somebody.sub,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        }
        if self.somebody.amr is not None:
            said["amr"] = self.somebody.amr
        if self.somebody.acr is not None:
            said["acr"] = self.somebody.acr
        said = self.claims(said)
        header = {"alg": self.algorithm, "kid": self.sign_by.as_dict().get("kid"), **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        if header["alg"] in ("none", "HS256"):
            signed = ".".join(_b64(json.dumps(each).encode()) for each in (header, said))
            by = hmac.digest(self.secret, signed.encode(), "sha256")
            return f"{signed}.{_b64(by) if header['alg'] == 'HS256' else ''}"
        return jwt.encode(header, said, self.sign_by, algorithms=[header["alg"]])

    def _is_client(self, form: dict[str, str], authorization: str) -> bool:
        if self.client_secret is None:
            return form.get("client_id") == self.client_id
        if "client_secret" in form:
            told = (form["client_id"], form["client_secret"])
        else:
            plain = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            name, _, secret = plain.partition(":")
            told = (unquote_plus(name), unquote_plus(secret))
        return told == (self.client_id, self.client_secret)


def public_key_as_secret(provider: IdProvider) -> None:
    """It signs HS256 by its own public key, as if that were a secret (CVE-2015-9235)."""
    provider.secret, provider.algorithm = provider.sign_by.as_pem(private=False), "HS256"


@cache
def _first_key() -> RSAKey:
    """Making one takes a while; nobody but these providers has it."""
    return RSAKey.generate_key(2048, {"kid": "first"})


@contextmanager
def an_id_provider(clock: Clock, certificate: Path | None = None) -> Iterator[IdProvider]:
    """The provider, served while the block lasts; over TLS as `localhost` with a certificate."""
    provider = IdProvider(clock)

    class Handler(_Handler):
        served = provider

    server = _on_a_fresh_port(Handler)
    server.daemon_threads = True
    provider.base = f"http://127.0.0.1:{server.server_port}"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        provider.base = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# An address names a provider in the books that tests share: none is used twice.
_USED_PORTS: set[int] = set()


def _on_a_fresh_port(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    while server.server_port in _USED_PORTS:
        server.server_close()
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    _USED_PORTS.add(server.server_port)
    return server


class _Handler(BaseHTTPRequestHandler):
    served: IdProvider

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        self.served.asked.append(path)
        if path in self.served.answer:
            self.served.answer[path](self)
        elif path == "/.well-known/openid-configuration":
            self.send_json(200, self.served.discovery())
        elif path == "/jwks":
            keys = [each.as_dict(private=False) for each in self.served.keys]
            self.send_json(200, {"keys": keys})
        elif path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.served.authorize(query))
            self.end_headers()
        else:
            self.send_json(404, {})

    def do_POST(self) -> None:
        self.served.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path in self.served.answer:
            self.served.answer[self.path](self)
            return
        self.send_json(*self.served.token(form, self.headers.get("Authorization", "")))

    def send_json(self, status: int, body: dict[str, Any]) -> None:
        made = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(made)))
        self.end_headers()
        self.wfile.write(made)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
