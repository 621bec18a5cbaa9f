"""The certificate of a retirement: a JSON document that proves itself offline.

What is signed is the canonical form of the document without its ``signature`` member: UTF-8 JSON,
members sorted by name, no spaces, no escapes but the necessary ones. There are no fractions and no
floating-point numbers in it: masses and serials are strings. The signature is Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)


class Verdict(NamedTuple):
    """Whether a certificate holds; if not, why not."""

    holds: bool
    reason: str
    key_id: str | None


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one spelling of ``document`` that is signed."""
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def key_id(public_key: bytes) -> str:
    """A short name for a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def public_key_of(signing_key: bytes) -> bytes:
    """The 32 raw bytes of the public key that belongs to a 32-byte signing key."""
    return Ed25519PrivateKey.from_private_bytes(signing_key).public_key().public_bytes_raw()


def sign(document: Mapping[str, Any], signing_key: bytes) -> dict[str, Any]:
    """``document`` with a ``signature`` member; ``signing_key`` is 32 raw bytes."""
    assert "signature" not in document, "a document is signed once"
    public_key = public_key_of(signing_key)
    value = Ed25519PrivateKey.from_private_bytes(signing_key).sign(canonical(document))
    return {
        **document,
        "signature": {
            "algorithm": "Ed25519",
            "key_id": key_id(public_key),
            "public_key": base64.b64encode(public_key).decode(),
            "value": base64.b64encode(value).decode(),
        },
    }


def verify_certificate(document: Mapping[str, Any], *, public_key: bytes | None = None) -> Verdict:
    """Check a certificate without the platform.

    Give ``public_key`` (32 raw bytes, as the registry publishes it at ``/v1/registry/keys``) to
    know *who* signed; without it the verdict says only that the text is as it was signed by the
    key named in it. Never raises for a malformed document.
    """
    try:
        signature = document["signature"]
        stated_key = base64.b64decode(signature["public_key"], validate=True)
        value = base64.b64decode(signature["value"], validate=True)
        named = signature["key_id"]
        body = {name: each for name, each in document.items() if name != "signature"}
        if signature["algorithm"] != "Ed25519" or named != key_id(stated_key):
            return Verdict(False, "The signature does not name its key rightly.", None)
        if public_key is not None and public_key != stated_key:
            return Verdict(False, "Another key than the registry's has signed this.", named)
        Ed25519PublicKey.from_public_bytes(stated_key).verify(value, canonical(body))
    except InvalidSignature:
        return Verdict(False, "The text is not the one that was signed.", named)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Verdict(False, "This is not a complete certificate.", None)
    return Verdict(True, "The text is as it was signed.", named)
