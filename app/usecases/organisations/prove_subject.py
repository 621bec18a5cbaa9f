"""Prove by a provider's assertion which of its users somebody is, once.

The assertion is a JWT that the provider's login service signed (EdDSA): ``iss`` is the registered
issuer, ``sub`` the provider's own name of the user, ``aud`` is what it is made for, ``jti`` is new
each time, and it lives at most as long as that asks for.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypedDict, cast
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.secrecy.subjects import subject_digest
from app.store.database import Connection
from app.store.organisations.assertions import spend_assertion
from app.store.organisations.identity_providers import login_service_of
from app.usecases.organisations.check_let_in import check_let_in
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.identity_services import is_trusted
from behaviours.login_services import LoginService
from behaviours.organisations import InvalidGrant

LONGEST_NAME = 256


class AssertionUse(NamedTuple):
    """What an assertion is made for, which its ``aud`` names, and how long it may live."""

    audience: str
    longest_life: timedelta


TO_PROGRAMS = AssertionUse("tanpuhui", timedelta(minutes=5))
# It opens the wallet for whoever holds it: nothing that is sent to programs may be used so.
LINK_TO_WALLET = AssertionUse("tanpuhui-wallet", timedelta(minutes=1))


class _Claims(TypedDict, total=False):
    """What the assertion says; the types of the members are checked with its signature."""

    iss: str
    sub: str
    jti: str
    exp: int


class ProvenSubject(NamedTuple):
    """Whose user it is, by which service's word, and the digest under which the user is linked."""

    organisation_id: UUID
    login_service_id: UUID
    digest: bytes


def prove_subject(
    connection: Connection,
    assertion: str,
    *,
    identity_key: bytes,
    now: datetime,
    organisation_id: UUID | None = None,
    use: AssertionUse = TO_PROGRAMS,
) -> ProvenSubject:
    """The user whom ``assertion`` names, which cannot be used again; refuses with InvalidGrant.

    ``organisation_id`` is the provider that shows it; None when the person does. ``now`` is real
    time, which tokens live by. Raises OrganisationSuspended and OrganisationClosed, and
    where the person shows it OrganisationPapersExpired: nobody is believed by the word of who does
    not take part.
    """
    issuer = _read(assertion, None, use).get("iss")
    if not isinstance(issuer, str) or not issuer.isprintable():
        raise _unproven(use)
    known = _trusted(connection, issuer, organisation_id, use)
    claims = _read(assertion, Ed25519PublicKey.from_public_bytes(known.public_key), use)
    lives_until, names = claims["exp"], (claims["sub"], claims["jti"])
    too_long = lives_until > (now + use.longest_life).timestamp()
    if too_long or not all(0 < len(each) <= LONGEST_NAME for each in names):
        raise _unproven(use)
    # What it shows of somebody who linked it opens an account; what somebody shows begins a link.
    check = check_taking_part if organisation_id is None else check_let_in
    check(connection, [known.organisation_id])
    # Again: who suspended the provider before us may have held us up while somebody ended it.
    if _trusted(connection, issuer, organisation_id, use) != known:
        raise _unproven(use)
    digest = hashlib.sha256("\0".join((issuer, claims["jti"])).encode("utf-8", "replace")).digest()
    if not spend_assertion(connection, digest, expires_at=datetime.fromtimestamp(lives_until, UTC)):
        raise _unproven(use)
    own = subject_digest(known.organisation_id, claims["sub"], identity_key)
    return ProvenSubject(known.organisation_id, known.login_service_id, own)


def _trusted(
    connection: Connection, issuer: str, organisation_id: UUID | None, use: AssertionUse
) -> LoginService:
    """The admitted service of this issuer, of the provider that shows its word."""
    known = login_service_of(connection, issuer)
    if known is None or not is_trusted(known):
        raise _unproven(use)
    if organisation_id not in (None, known.organisation_id):
        raise _unproven(use)
    return known


def _unproven(use: AssertionUse) -> InvalidGrant:
    minutes = use.longest_life.seconds // 60
    return InvalidGrant("subject_token", audience=use.audience, minutes=minutes)


def _read(token: str, key: Ed25519PublicKey | None, use: AssertionUse) -> _Claims:
    """The claims; without a key only to learn which issuer's key to ask for."""
    try:
        if key is None:
            return cast("_Claims", jwt.decode(token, options={"verify_signature": False}))
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=use.audience,
            options={"require": ["exp", "iss", "sub", "aud", "jti"]},
        )
        return cast("_Claims", claims)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise _unproven(use) from None
