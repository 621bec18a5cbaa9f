"""Choose who verifies a bundle: whom the operator named, or one that is drawn."""

from __future__ import annotations

from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.organisations.organisations import list_organisations, organisation
from app.store.pooling.population import secret_of
from app.store.pooling.sample import provides_to
from behaviours.projects.draw import drawn_of
from rewards.pooling.bundle import VERIFIER
from rewards.pooling.refusals import UnknownVerifier
from rewards.registry.refusals import VerifierNotIndependent


def choose_verifier(
    connection: Connection,
    bundle_id: UUID,
    named: UUID | None,
    *,
    root: bytes,
) -> UUID:
    """The verifier. Raises UnknownVerifier, VerifierNotIndependent."""
    if named is None:
        verifiers = {
            public("org", each.organisation_id): each.organisation_id
            for each in list_organisations(connection, kind=VERIFIER)
        }
        if not verifiers:
            raise UnknownVerifier("none", pointer="/verifier_id")
        named = verifiers[drawn_of(verifiers, secret_of(connection, bundle_id), root)]
    known = organisation(connection, named)
    if known is None or known.kind != VERIFIER:
        raise UnknownVerifier("id", pointer="/verifier_id")
    if provides_to(connection, named, bundle_id):
        raise VerifierNotIndependent("verify", pointer="/verifier_id")
    return named
