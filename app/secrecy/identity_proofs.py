"""Proofs of identity: the documents of identity services, each method by its own adapter.

Which algorithm a signature is checked by is decided by the key and never by the document; keys
that are shared secrets are no keys here. All that can be wrong with a document is one refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import PyJWTError

from app.secrecy.nonces import nonce_until
from behaviours.identity_claims import (
    LEEWAY,
    born_on_in,
    check_authorised,
    guardian_in,
    nonce_of,
    person_in,
    ticket_once,
)
from behaviours.identity_services import (
    OIDC,
    TICKET,
    UNSIGNED,
    IdentityNotProven,
    ProvenIdentity,
    ServiceTerms,
)
from behaviours.json_value import JsonObject

LEAST_RSA_BITS: Final = 2048
MOST_KEYS: Final = 20
# By kind of key and its curve: what it signs by.
_ALGORITHMS: Final[Mapping[tuple[str, str | None], tuple[str, ...]]] = {
    ("OKP", "Ed25519"): ("EdDSA",),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("RSA", None): ("RS256", "PS256"),
}
# Whatever hostile text can make the libraries raise; all of it means "this proves nothing".
_FAULTS = (
    PyJWTError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
)
_REQUIRED: Final = ["iss", "aud", "exp"]


class Asked(NamedTuple):
    """When a document is shown, by real time, and the key that our nonces are made with."""

    now: datetime
    nonce_key: bytes


class ReadDocument(NamedTuple):
    """What a document says once signature, issuer, audience and times are right, by what it is
    good once, and until when that has to be remembered."""

    claims: JsonObject
    once: str
    until: datetime


class Adapter(Protocol):
    """How the documents of one method are read; raises IdentityNotProven and what libraries do."""

    def __call__(
        self, document: str, terms: ServiceTerms, keys: JsonObject, asked: Asked, /
    ) -> ReadDocument: ...


def read_id_token(
    document: str, terms: ServiceTerms, keys: JsonObject, asked: Asked, /
) -> ReadDocument:
    """An ID token of OpenID Connect (Core 1.0, section 3.1.3.7), for a nonce that we gave."""
    claims = _signed_claims(document, terms, keys)
    check_authorised(claims, terms.audience)
    nonce = nonce_of(claims)
    until = nonce_until(nonce, asked.nonce_key, now=asked.now)
    if until is None:
        raise IdentityNotProven
    return ReadDocument(claims, f"nonce\0{nonce}", until)


def read_ticket(
    document: str, terms: ServiceTerms, keys: JsonObject, asked: Asked, /
) -> ReadDocument:
    """A ticket: good once, by its ``jti``, and for five minutes at most."""
    claims = _signed_claims(document, terms, keys)
    return ReadDocument(claims, *ticket_once(claims, asked.now))


def read_unsigned(
    document: str, terms: ServiceTerms, _keys: JsonObject, asked: Asked, /
) -> ReadDocument:
    """A ticket that nobody signed, for trying a wallet where people are made up."""
    if jwt.get_unverified_header(document).get("alg") != "none":
        raise IdentityNotProven
    claims: JsonObject = jwt.decode(
        document,
        options={
            "verify_signature": False,
            "verify_exp": True,
            "verify_aud": True,
            "verify_iss": True,
            "require": _REQUIRED,
        },
        audience=terms.audience,
        issuer=terms.issuer,
    )
    return ReadDocument(claims, *ticket_once(claims, asked.now))


def adapters(*, is_test_mode: bool) -> Mapping[str, Adapter]:
    """How documents are read here, by method; in live mode nothing unsigned is."""
    signed: dict[str, Adapter] = {OIDC: read_id_token, TICKET: read_ticket}
    return {**signed, UNSIGNED: read_unsigned} if is_test_mode else signed


def _signed_claims(document: str, terms: ServiceTerms, keys: JsonObject) -> JsonObject:
    """What a document says that one of the service's keys signed."""
    header = jwt.get_unverified_header(document)
    if "crit" in header:
        raise IdentityNotProven
    for key, algorithm in _fitting(keys, header):
        try:
            claims: JsonObject = jwt.decode(
                document,
                key,
                algorithms=[algorithm],
                audience=terms.audience,
                issuer=terms.issuer,
                leeway=LEEWAY,
                options={"require": _REQUIRED},
            )
            return claims
        except jwt.InvalidSignatureError:
            continue
    raise IdentityNotProven


def issuer_named(document: str) -> str:
    """The issuer that a document names, to ask for its keys; raises IdentityNotProven."""
    try:
        issuer = jwt.decode(document, options={"verify_signature": False}).get("iss")
    except _FAULTS:
        raise IdentityNotProven from None
    if not isinstance(issuer, str) or not issuer.isprintable():
        raise IdentityNotProven
    return issuer


def key_named(document: str) -> str | None:
    """The name of the key that a document says it is signed with; raises IdentityNotProven."""
    try:
        name = jwt.get_unverified_header(document).get("kid")
    except _FAULTS:
        raise IdentityNotProven from None
    return name if isinstance(name, str) else None


def prove_identity(
    document: str,
    terms: ServiceTerms,
    keys: JsonObject,
    adapter: Adapter,
    *,
    asked: Asked,
) -> ProvenIdentity:
    """Who a document says that somebody is; raises IdentityNotProven, whatever is wrong."""
    try:
        claims, once, until = adapter(document, terms, keys, asked)
        return ProvenIdentity(
            person_in(claims, terms.identity_claim, terms),
            born_on_in(claims),
            guardian_in(claims, terms),
            once,
            until,
        )
    except _FAULTS:
        raise IdentityNotProven from None


def usable_keys(keys: JsonObject) -> list[str]:
    """The names of the keys of a set that signatures can be checked by; '' for one without."""
    return [str(each.get("kid") or "") for each in _public(keys)]


def _fitting(keys: JsonObject, header: JsonObject) -> Iterator[tuple[Any, str]]:
    """The keys that can have signed what this stands over, each with the one algorithm."""
    named, algorithm = header.get("kid"), header.get("alg")
    for each in _public(keys):
        if named is not None and each.get("kid") is not None and each["kid"] != named:
            continue
        if algorithm not in _algorithms(each):
            continue
        yield jwt.PyJWK(dict(each), algorithm=str(algorithm)).key, str(algorithm)


def _public(keys: JsonObject) -> Iterator[JsonObject]:
    """The public keys of a set that are strong enough and made for signing."""
    found = keys.get("keys")
    for each in found[:MOST_KEYS] if isinstance(found, list) else ():
        if not isinstance(each, dict) or not _algorithms(each):
            continue
        if each.get("use", "sig") != "sig" or "d" in each or "k" in each:
            continue
        try:
            key = jwt.PyJWK(each, algorithm=_algorithms(each)[0]).key
        except _FAULTS:
            continue
        if isinstance(key, RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
            continue
        yield each


def _algorithms(key: JsonObject) -> tuple[str, ...]:
    kind, curve = key.get("kty"), key.get("crv")
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return ()
    known = _ALGORITHMS.get((kind, None if kind == "RSA" else curve), ())
    stated = key.get("alg")
    return known if stated is None else tuple(each for each in known if each == stated)
