"""A signed JSON document, and whether it holds: what the registry hands out proves itself.

``signature.jws`` is a JSON Web Signature (RFC 7515, compact) with Ed25519 (``EdDSA``, RFC 8037):
any JOSE library verifies it with the registry's published keys, by ``kid``, and its payload is
the document without ``signature``. ``signature.value`` is the bare Ed25519 signature (RFC 8032) of
the same payload.

The payload is the canonical form: UTF-8 JSON, members sorted by name, no spaces, no escapes but the
necessary ones. There are no fractions and no floating-point numbers in it.

The stand-alone verifier carries this file: the standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from behaviours import ed25519
from behaviours.json_value import Json, JsonObject

ALGORITHM: Final = "EdDSA"
# Why a document does not hold.
UNSIGNED: Final = "unsigned"
INCOMPLETE: Final = "incomplete"
OTHER_ALGORITHM: Final = "other_algorithm"
MISNAMED_KEY: Final = "misnamed_key"
OTHER_KEY: Final = "other_key"
CHANGED: Final = "changed"
SIGNATURE_FAULTS: Final = {
    UNSIGNED: "It carries no signature.",
    INCOMPLETE: "Its signature is not complete.",
    OTHER_ALGORITHM: (
        "Its signature names another algorithm than Ed25519 (EdDSA), the only one by which the"
        " registry signs; by `none` nothing is signed."
    ),
    MISNAMED_KEY: "Its signature does not name its key rightly.",
    OTHER_KEY: "Another key than the registry's has signed it.",
    CHANGED: "The text is not the one that was signed.",
}

# ``jws`` is missing in documents from before there was one.
_MEMBERS: Final = frozenset({"algorithm", "key_id", "public_key", "value"})


class SignatureCheck(NamedTuple):
    """Whether a signed document holds, by which key; ``fault`` says why it does not."""

    key_id: str | None
    fault: str | None = None

    @property
    def holds(self) -> bool:
        return self.fault is None


def canonical(document: JsonObject) -> bytes:
    """The one spelling of ``document`` that is signed."""
    return _spelled(document)


def _spelled(value: Json) -> bytes:
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def key_id(public_key: bytes) -> str:
    """A short name for a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def read_document(text: str) -> Json:
    """The JSON in ``text``. A member that stands twice is refused with ValueError.

    Otherwise two readers of one signed text could see two different things in it. So is what has
    no one spelling that could have been signed: no number, half a character, depths without end.
    """
    try:
        read: Json = json.loads(text, object_pairs_hook=_once_each)
        _spelled(read)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    return read


def _once_each(members: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(members)
    if len(found) != len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} stands twice")
    return found


def check_signature(
    document: JsonObject, *, keys: Mapping[str, bytes] | None = None
) -> SignatureCheck:
    """Check a signed document without the platform.

    Give the registry's published ``keys`` (32 raw bytes by their ids) to know *who* signed; without
    them the answer says only that the text is as it was signed by the key named in it. A document
    from before there was a ``jws`` is checked by its bare signature alone. Never raises for a
    malformed document.
    """
    if not isinstance(document, Mapping) or "signature" not in document:
        return SignatureCheck(None, UNSIGNED)
    signature = document["signature"]
    try:
        if not isinstance(signature, Mapping) or {*signature} - {"jws"} != _MEMBERS:
            return SignatureCheck(None, INCOMPLETE)
        stated_key, value = _bytes_of(signature["public_key"]), _bytes_of(signature["value"])
        payload = canonical({name: each for name, each in document.items() if name != "signature"})
    except (KeyError, TypeError, ValueError, AttributeError):
        return SignatureCheck(None, INCOMPLETE)
    named = key_id(stated_key)
    if signature["algorithm"] != "Ed25519":
        return SignatureCheck(None, OTHER_ALGORITHM)
    if signature["key_id"] != named:
        return SignatureCheck(None, MISNAMED_KEY)
    if keys is not None and keys.get(named) != stated_key:
        return SignatureCheck(named, OTHER_KEY)
    # The web signature first: it repeats the payload, so that most changes show without arithmetic.
    fault = _jws_fault(signature["jws"], stated_key, payload) if "jws" in signature else None
    if fault is None and not ed25519.holds(stated_key, payload, value):
        fault = CHANGED
    return SignatureCheck(named, fault)


def check_token(token: str, keys: Mapping[str, bytes]) -> SignatureCheck:
    """Check a compact JSON Web Signature that stands by itself, by the registry's ``keys``.

    Raises ValueError for what has not the form of one.
    """
    header, payload, _, _ = _parts(token)
    named = header.get("kid") if isinstance(header, Mapping) else None
    if not isinstance(named, str) or named not in keys:
        return SignatureCheck(None, OTHER_KEY)
    return SignatureCheck(named, _jws_fault(token, keys[named], payload))


def _parts(token: str) -> tuple[Json, bytes, bytes, bytes]:
    """Header, payload, what is signed and the signature; raises ValueError for another form."""
    head, body, tail = token.split(".")
    header = read_document(_url_bytes(head).decode())
    return header, _url_bytes(body), f"{head}.{body}".encode(), _url_bytes(tail)


def _bytes_of(text: Json) -> bytes:
    """Base64 in its one spelling: the spare bits of the last character are nought."""
    if not isinstance(text, str):
        raise TypeError("not a text")
    read = base64.b64decode(text, validate=True)
    if base64.b64encode(read).decode() != text:
        raise ValueError("not the one spelling of these bytes")
    return read


def _jws_fault(token: Json, public_key: bytes, payload: bytes) -> str | None:
    """Why a compact JSON Web Signature is not of this payload and by this key."""
    if not isinstance(token, str):
        return INCOMPLETE
    try:
        header, stated, signed, signature = _parts(token)
    except ValueError:
        return INCOMPLETE
    if not isinstance(header, Mapping) or header.get("alg") != ALGORITHM:
        return OTHER_ALGORITHM
    if header.get("kid") != key_id(public_key):
        return MISNAMED_KEY
    if stated != payload:
        return CHANGED
    return None if ed25519.holds(public_key, signed, signature) else CHANGED


def _url_bytes(text: str) -> bytes:
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    read = base64.b64decode(padded, validate=True)
    if base64.urlsafe_b64encode(read).rstrip(b"=").decode() != text:
        raise ValueError("not the one spelling of these bytes")
    return read


def read_keys(published: Any) -> dict[str, bytes]:
    """The Ed25519 keys of a JSON Web Key Set by their ``kid``; raises ValueError for none."""
    try:
        keys = {
            str(each["kid"]): _url_bytes(each["x"])
            for each in published["keys"]
            if each.get("crv") == "Ed25519"
        }
    except (KeyError, TypeError, AttributeError) as broken:
        raise ValueError("not a JSON Web Key Set") from broken
    if not keys:
        raise ValueError("no Ed25519 key in it")
    return keys
