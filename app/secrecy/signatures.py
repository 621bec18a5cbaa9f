"""What the registry signs with its key; ``behaviours.signed_document`` says how it is checked."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS

from behaviours.json_value import JsonObject
from behaviours.signed_document import ALGORITHM, canonical, key_id

_jws = PyJWS(algorithms=[ALGORITHM])


def public_key_of(signing_key: bytes) -> bytes:
    """The 32 raw bytes of the public key that belongs to a 32-byte signing key."""
    return Ed25519PrivateKey.from_private_bytes(signing_key).public_key().public_bytes_raw()


def published_key(public_key: bytes) -> dict[str, str]:
    """A public key as it is published: a JSON Web Key (RFC 7517, RFC 8037), and by its bytes."""
    named = key_id(public_key)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64.urlsafe_b64encode(public_key).rstrip(b"=").decode(),
        "kid": named,
        "use": "sig",
        "alg": ALGORITHM,
        "algorithm": "Ed25519",
        "key_id": named,
        "public_key": base64.b64encode(public_key).decode(),
    }


def sign(document: Mapping[str, object], signing_key: bytes) -> JsonObject:
    """``document``, all of it JSON, with a ``signature``; ``signing_key`` is 32 raw bytes."""
    assert "signature" not in document, "a document is signed once"
    # A thing whose members a TypedDict names is a mapping to objects for mypy.
    members = cast(JsonObject, document)
    private_key = Ed25519PrivateKey.from_private_bytes(signing_key)
    public_key, payload = public_key_of(signing_key), canonical(members)
    named = key_id(public_key)
    return {
        **members,
        "signature": {
            "algorithm": "Ed25519",
            "key_id": named,
            "public_key": base64.b64encode(public_key).decode(),
            "value": base64.b64encode(private_key.sign(payload)).decode(),
            "jws": _jws.encode(payload, private_key, ALGORITHM, {"kid": named, "typ": "JOSE"}),
        },
    }
