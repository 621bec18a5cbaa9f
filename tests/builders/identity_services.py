"""An identity service: its keys, its documents, and the two who let it in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    generate_private_key as generate_rsa_key,
)
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from werkzeug.test import TestResponse

from app.ids import public
from app.tokens import real_now
from app.wiring import Wiring
from behaviours.identity_services import OIDC, TICKET, UNSIGNED
from tests.builders.people import Http, Tokens, an_organisation

RSA = generate_rsa_key(65537, 2048)
KEYS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "EdDSA": (Ed25519PrivateKey.generate(), OKPAlgorithm.to_jwk),
    "ES256": (generate_private_key(SECP256R1()), ECAlgorithm.to_jwk),
    "RS256": (RSA, RSAAlgorithm.to_jwk),
    "PS256": (RSA, RSAAlgorithm.to_jwk),
}


def published(algorithm: str, *, kid: str = "k1", **members: Any) -> dict[str, Any]:
    """The public key of an algorithm as a key set has it."""
    key, to_jwk = KEYS[algorithm]
    return {**json.loads(to_jwk(key.public_key())), "kid": kid, **members}


class Service:
    """A service that was proposed and admitted, unless it says otherwise."""

    def __init__(
        self,
        http: Http,
        tokens: Tokens,
        wiring: Wiring,
        *,
        method: str = TICKET,
        algorithm: str = "EdDSA",
        admitted: bool = True,
        **terms: Any,
    ) -> None:
        self.http, self.tokens, self.wiring = http, tokens, wiring
        self.method, self.algorithm = method, algorithm
        self.issuer = f"https://id-{secrets.token_hex(6)}.example"
        keys = {} if method == UNSIGNED else {"keys": {"keys": [published(algorithm)]}}
        body = {
            "issuer": self.issuer,
            "method": method,
            "provider_id": public("org", an_organisation(wiring)),
            "audience": "us",
            "identity_claim": "id_number",
            **keys,
            **terms,
        }
        self.body = {name: each for name, each in body.items() if each is not None}
        self.proposed = http.post("/v1/identity-services", self.body, token=tokens("operator"))
        if admitted:
            assert self.proposed.status_code == 202, self.proposed.text
            assert self.take("admit", token=tokens("authority")).status_code == 201

    @property
    def id(self) -> str:
        identifier: str = self.proposed.json["id"]
        return identifier

    def take(self, step: str, *, token: str) -> TestResponse:
        return self.http.post(f"/v1/identity-services/{self.id}/{step}", token=token)

    def document(
        self,
        identity: str | None,
        *,
        key: Any = None,
        algorithm: str | None = None,
        drop: tuple[str, ...] = (),
        headers: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """What the service signs of somebody; ``changes`` and ``drop`` are its claims."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": "us",
            "sub": "somebody",
            "id_number": identity,
            "exp": real_now() + timedelta(minutes=4),
            "iat": real_now(),
        }
        if self.method == OIDC:
            claims["nonce"] = changes.get("nonce") or self.nonce()
        else:
            claims["jti"] = secrets.token_hex(8)
        kept = {name: each for name, each in {**claims, **changes}.items() if name not in drop}
        by = algorithm or ("none" if self.method == UNSIGNED else self.algorithm)
        signed_with = None if by == "none" else key or KEYS[self.algorithm][0]
        return jwt.encode(kept, signed_with, algorithm=by, headers={"kid": "k1", **(headers or {})})

    def nonce(self) -> str:
        nonce: str = self.http.post("/v1/me/enrolment/nonce").json["nonce"]
        return nonce

    def shown(self, document: str, **changes: Any) -> TestResponse:
        """Somebody enrols by a document."""
        body = {"method": self.method, "token": document, "region": "CN-33", **changes}
        # From an address of its own: no test uses up the tries of another.
        address = ".".join(str(each) for each in secrets.token_bytes(4))
        return self.http.post("/v1/me/enrolment", body, environ_overrides={"REMOTE_ADDR": address})
