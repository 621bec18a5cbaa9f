"""Propose an identity service; who proposes it has signed it."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.secrecy.identity_proofs import usable_keys
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.people.identity_services import add_service
from app.store.signing import sign_by
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.identity_services import (
    ADMIT,
    PROPOSED,
    SERVICE,
    IdentityService,
    ServiceTerms,
    UnusableKeys,
    check_terms,
)
from behaviours.organisations import PROVIDER, IssuerTaken, UnknownProvider
from behaviours.viewer import Viewer
from rewards.signing import Matter


def propose_identity_service(
    connection: Connection, terms: ServiceTerms, *, by: Viewer, is_test_mode: bool, clock: Clock
) -> tuple[IdentityService, list[str]]:
    """The service as it waits, and whose signatures it awaits.

    Refuses with UnusableKeys, MethodNotHere, UnknownProvider, OrganisationSuspended,
    OrganisationClosed or IssuerTaken.
    """
    check_terms(terms, is_test_mode=is_test_mode)
    if terms.keys is not None and not usable_keys(terms.keys):
        raise UnusableKeys("none", pointer="/keys")
    kinds = organisation_kinds(connection, [terms.organisation_id])
    if kinds.get(terms.organisation_id) != PROVIDER:
        raise UnknownProvider(pointer="/provider_id")
    check_taking_part(connection, [terms.organisation_id])
    now = clock.now()
    proposed = IdentityService(new_id(), terms, PROPOSED, now, None, None)
    if not add_service(connection, proposed):
        raise IssuerTaken(pointer="/issuer")
    matter = Matter(SERVICE, proposed.service_id, ADMIT)
    return proposed, sign_by(connection, matter, by, now)
