"""Seat another verifier instead of one that declined or may not go on; or leave the seat vacant."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.population import overlaps_of
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import surroundings_of
from app.usecases.pooling.seat_verifier import seat_verifier
from rewards.pooling.bundle import PLATFORM, Bundle
from rewards.pooling.refusals import NoVerifierLeft
from rewards.pooling.terms import VerifierTerms
from rewards.pooling.verifiers import Obstacle

# Nobody was left to be drawn; somebody is when the authority has admitted or approved one.
VACANT = "vacant"


def seat_another(
    connection: Connection,
    bundle: Bundle,
    *,
    instead_of: tuple[UUID, Obstacle] | None = None,
    terms: VerifierTerms,
    now: datetime,
) -> Bundle:
    """The held bundle with who was drawn, or with nobody when nobody is left."""
    shared = [each.bundle_id for each in overlaps_of(connection, bundle.bundle_id)]
    around = surroundings_of(
        connection, bundle.bundle_id, rotation=terms.rotation, overlapping=shared
    )
    try:
        return seat_verifier(
            connection, bundle, around, instead_of=instead_of, terms=terms, by=PLATFORM, now=now
        )
    except NoVerifierLeft as nobody:
        write_bundle(connection, bundle)
        add_step(connection, bundle.bundle_id, VACANT, dict(nobody.facts), now=now)
        return bundle
