"""Prove by a document of an identity service who somebody is, once."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from app.clock import Clock
from app.secrecy.identity_proofs import Adapter, Asked, issuer_named, prove_identity
from app.store.database import Connection
from app.store.organisations.assertions import spend_assertion
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.people.find_identity_service import find_identity_service
from behaviours.identity_services import IdentityNotProven, IdentityService, ProvenIdentity
from behaviours.json_value import JsonObject
from behaviours.standing import STOPS


class ShownIdentity(NamedTuple):
    """A document of an identity service, how it is read, and the keys to check it by."""

    document: str
    method: str
    adapter: Adapter
    keys: JsonObject


def prove_shown(
    connection: Connection, shown: ShownIdentity, *, nonce_key: bytes, clock: Clock
) -> tuple[ProvenIdentity, IdentityService]:
    """What the document says, which is used up with it, and whose it is.

    Of a provider that is suspended or closed nothing is believed: somebody else may have its key.
    Refuses with IdentityNotProven, alike whatever is wrong.
    """
    service = _trusted(connection, issuer_named(shown.document), shown.method)
    proven = prove_identity(
        shown.document,
        service.terms,
        shown.keys,
        shown.adapter,
        asked=Asked(clock.real_now(), nonce_key),
    )
    digest = hashlib.sha256(b"identity\0" + proven.once.encode("utf-8", "replace")).digest()
    if not spend_assertion(connection, digest, expires_at=proven.until):
        raise IdentityNotProven
    return proven, service


def _trusted(connection: Connection, issuer: str, method: str) -> IdentityService:
    """The service, which nobody ends, and whose provider nobody suspends, until the end."""
    provider_id = find_identity_service(connection, issuer, method).terms.organisation_id
    try:
        check_taking_part(connection, [provider_id])
    except STOPS:
        raise IdentityNotProven from None
    service = find_identity_service(connection, issuer, method, shared=True)
    if service.terms.organisation_id != provider_id:
        # Another one took its place meanwhile.
        raise IdentityNotProven
    return service
