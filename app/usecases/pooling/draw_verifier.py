"""Draw a verifier anew: for a bundle that has none, or one that may not verify it any more."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.population import overlaps_of
from app.store.pooling.verifiers import lock_verifiers, seats_of, surroundings_of
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.seat_verifier import seat_verifier
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SEAT, Bundle


def draw_verifier(
    connection: Connection, bundle_id: UUID, *, rotation: int, by: Viewer, clock: Clock
) -> Bundle:
    """The bundle with who was drawn.

    Raises UnknownBundle, BundleStateConflict, AlreadyAccepted, VerifierSeated while nothing stands
    in the way of who has it, NoVerifierLeft.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check_awaits_acceptance(SEAT, by=by)
    lock_verifiers(connection)
    shared = [each.bundle_id for each in overlaps_of(connection, bundle_id)]
    around = surroundings_of(connection, bundle_id, rotation=rotation, overlapping=shared)
    ways = [each.how for each in seats_of(connection, bundle_id)]
    instead_of = around.giving_way(bundle.verifier_id, ways)
    return seat_verifier(connection, bundle, around, instead_of=instead_of, by=by, now=clock.now())
