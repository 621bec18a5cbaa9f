"""Exchange a provider's token about a person for the person's own (RFC 8693).

The subject token is a JWT that the provider's login service signed: ``iss`` is the registered
issuer, ``sub`` the identity under which the person was enrolled, ``aud`` is ``tanpuhui``, and it
lives at most ten minutes. Only the provider that registered the issuer may show it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict, cast
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.secrecy.identities import identity_digest
from app.store.database import Connection
from app.store.organisations.identity_providers import find_person, key_of_issuer
from behaviours.organisations import InvalidGrant

AUDIENCE = "tanpuhui"
LONGEST_LIFE = timedelta(minutes=10)
LONGEST_IDENTITY = 256


class _Claims(TypedDict, total=False):
    """What the token says; the types of the members are checked with its signature."""

    iss: str
    sub: str
    exp: int


def exchange_token(
    connection: Connection,
    subject_token: str,
    *,
    organisation_id: UUID,
    identity_key: bytes,
    now: datetime,
) -> UUID:
    """The person whom ``subject_token`` names; refuses with InvalidGrant.

    ``now`` is real time, which tokens live by.
    """
    issuer = _read(subject_token, None).get("iss")
    if not isinstance(issuer, str) or not issuer.isprintable():
        raise _unproven()
    key = key_of_issuer(connection, issuer, organisation_id=organisation_id)
    if key is None:
        raise _unproven()
    claims = _read(subject_token, Ed25519PublicKey.from_public_bytes(key))
    lives_until, identity = claims["exp"], claims["sub"]
    too_long = lives_until > (now + LONGEST_LIFE).timestamp()
    if too_long or not 0 < len(identity) <= LONGEST_IDENTITY:
        raise _unproven()
    person = find_person(connection, identity_digest(identity, identity_key))
    if person is None:
        raise InvalidGrant("not_enrolled")
    return person


def _unproven() -> InvalidGrant:
    return InvalidGrant("subject_token", audience=AUDIENCE)


def _read(token: str, key: Ed25519PublicKey | None) -> _Claims:
    """The claims; without a key only to learn which issuer's key to ask for."""
    try:
        if key is None:
            return cast("_Claims", jwt.decode(token, options={"verify_signature": False}))
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            options={"require": ["exp", "iss", "sub", "aud"]},
        )
        return cast("_Claims", claims)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise _unproven() from None
