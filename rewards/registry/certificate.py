"""The certificate of a retirement: a signed statement that proves itself offline.

It is a JSON document whose ``signature.jws`` is a JSON Web Signature (RFC 7515, compact) with
Ed25519 (``EdDSA``, RFC 8037): any JOSE library verifies it with the registry's published keys, by
``kid``, and its payload is the document without ``signature``. ``signature.value`` is the bare
Ed25519 signature (RFC 8032) of the same payload, as certificates have carried it from the first.

The payload is the canonical form: UTF-8 JSON, members sorted by name, no spaces, no escapes but the
necessary ones. There are no fractions and no floating-point numbers in it: masses and serials are
strings.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from rewards.registry.block import Block
from rewards.registry.origin import Origin
from rewards.registry.retirement import Retirement
from rewards.registry.serials import print_serial

TYPE: Final = "tanpuhui-retirement-certificate-v1"
ALGORITHM: Final = "EdDSA"
# Why a certificate does not hold.
INCOMPLETE: Final = "incomplete"
MISNAMED_KEY: Final = "misnamed_key"
OTHER_KEY: Final = "other_key"
CHANGED: Final = "changed"

_jws = PyJWS(algorithms=[ALGORITHM])


class CertificateCheck(NamedTuple):
    """Whether a signed document holds, by which key; ``fault`` says why it does not."""

    key_id: str | None
    fault: str | None = None

    @property
    def holds(self) -> bool:
        return self.fault is None


def certificate_of(
    retirement: Retirement,
    origins: Mapping[UUID, Origin],
    *,
    enterprise_name: str,
    serial_prefix: str,
) -> dict[str, Any]:
    """What a certificate states, ready to be signed; ``origins`` has every block's bundle."""
    use, terms = retirement.use, retirement.terms
    return {
        "type": TYPE,
        "retirement_id": _public("ret", retirement.retirement_id),
        "retired_at": _moment(retirement.retired_at),
        "retired_by": {
            "id": _public("org", retirement.enterprise_id),
            "name": enterprise_name,
        },
        "beneficiary": terms.beneficiary,
        "purpose": {"code": use.code, "title_zh": use.title_zh, "title_en": use.title_en},
        "period": terms.period,
        "quantity_t": str(retirement.quantity_t),
        "unit": "t CO2e",
        "blocks": [
            _block_line(each, origins[each.bundle_id], serial_prefix) for each in retirement.blocks
        ],
    }


def _block_line(block: Block, origin: Origin, prefix: str) -> dict[str, Any]:
    return {
        "block_id": _public("blk", block.block_id),
        "serial": print_serial(origin.serial(block.numbers), prefix=prefix),
        "first_number": str(block.numbers.first),
        "last_number": str(block.numbers.end - 1),
        "quantity_t": str(block.quantity_t),
        "vintage": block.vintage,
        "unit_class": block.unit_class,
        "bundle_id": _public("bdl", block.bundle_id),
        "bundle_root": origin.root.hex(),
        "bundle_total_mg": str(origin.total_mg),
    }


def _public(prefix: str, identifier: UUID) -> str:
    # The spelling belongs to the type of document and does not follow the service's.
    return f"{prefix}_{identifier.hex}"


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


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


def read_keys(published: Mapping[str, Any]) -> dict[str, bytes]:
    """The Ed25519 keys of a JSON Web Key Set by their ``kid``; raises ValueError for none."""
    try:
        keys = {
            str(each["kid"]): base64.urlsafe_b64decode(each["x"] + "==")
            for each in published["keys"]
            if each.get("crv") == "Ed25519"
        }
    except (KeyError, TypeError, AttributeError) as broken:
        raise ValueError("not a JSON Web Key Set") from broken
    if not keys:
        raise ValueError("no Ed25519 key in it")
    return keys


def sign(document: Mapping[str, Any], signing_key: bytes) -> dict[str, Any]:
    """``document`` with a ``signature`` member; ``signing_key`` is 32 raw bytes."""
    assert "signature" not in document, "a document is signed once"
    private_key = Ed25519PrivateKey.from_private_bytes(signing_key)
    public_key, payload = public_key_of(signing_key), canonical(document)
    named = key_id(public_key)
    return {
        **document,
        "signature": {
            "algorithm": "Ed25519",
            "key_id": named,
            "public_key": base64.b64encode(public_key).decode(),
            "value": base64.b64encode(private_key.sign(payload)).decode(),
            "jws": _jws.encode(payload, private_key, ALGORITHM, {"kid": named, "typ": "JOSE"}),
        },
    }


def verify_certificate(
    document: Mapping[str, Any], *, public_key: bytes | None = None
) -> CertificateCheck:
    """Check a certificate without the platform.

    Give ``public_key`` (32 raw bytes, as the registry publishes it) to know *who* signed; without
    it the answer says only that the text is as it was signed by the key named in it. A certificate
    from before there was a ``jws`` is checked by its bare signature alone. Never raises for a
    malformed document.
    """
    try:
        signature = document["signature"]
        stated_key = base64.b64decode(signature["public_key"], validate=True)
        value = base64.b64decode(signature["value"], validate=True)
        named: str = signature["key_id"]
        payload = canonical({name: each for name, each in document.items() if name != "signature"})
        if signature["algorithm"] != "Ed25519" or named != key_id(stated_key):
            return CertificateCheck(None, MISNAMED_KEY)
        if public_key is not None and public_key != stated_key:
            return CertificateCheck(named, OTHER_KEY)
        key = Ed25519PublicKey.from_public_bytes(stated_key)
        key.verify(value, payload)
        if "jws" in signature and not _jws_holds(signature["jws"], key, named, payload):
            return CertificateCheck(named, CHANGED)
    except InvalidSignature:
        return CertificateCheck(named, CHANGED)
    except (KeyError, TypeError, ValueError, AttributeError):
        return CertificateCheck(None, INCOMPLETE)
    return CertificateCheck(named)


def _jws_holds(token: str, key: Ed25519PublicKey, named: str, payload: bytes) -> bool:
    try:
        read = _jws.decode_complete(token, key, algorithms=[ALGORITHM])
    except PyJWTError:
        return False
    header: Mapping[str, Any] = read["header"]
    return header.get("kid") == named and read["payload"] == payload
