"""Draw a verifier anew: for a bundle that has none, or one that may not verify it any more."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.population import overlaps_of
from app.store.pooling.verifiers import lock_verifiers, surroundings_of
from app.usecases.pooling.end_seat import end_seat
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.seat_verifier import seat_verifier
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SEAT, Bundle
from rewards.pooling.refusals import VerifierSeated
from rewards.pooling.terms import VerifierTerms


def draw_verifier(
    connection: Connection, bundle_id: UUID, *, terms: VerifierTerms, by: Viewer, clock: Clock
) -> Bundle:
    """The bundle with who was drawn.

    Raises UnknownBundle, BundleStateConflict, AlreadyAccepted, VerifierSeated while nothing stands
    in the way of who has it, NoVerifierLeft.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    lock_verifiers(connection)
    now = clock.now()
    ended = end_seat(connection, bundle, terms=terms, now=now)
    bundle = ended.bundle if ended else bundle
    bundle.check_awaits_acceptance(SEAT, by=by)
    if bundle.verifier_id is not None:
        raise VerifierSeated
    shared = [each.bundle_id for each in overlaps_of(connection, bundle_id)]
    around = surroundings_of(connection, bundle_id, rotation=terms.rotation, overlapping=shared)
    instead_of = (ended.verifier_id, ended.obstacle) if ended else None
    return seat_verifier(
        connection, bundle, around, instead_of=instead_of, terms=terms, by=by, now=now
    )
