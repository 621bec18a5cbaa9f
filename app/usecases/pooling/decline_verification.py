"""Decline a verification with a reason: the bundle goes to another one, drawn at once."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.population import overlaps_of
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import add_refusal, lock_verifiers, surroundings_of
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.seat_verifier import seat_verifier
from behaviours.viewer import Viewer
from rewards.pooling.bundle import DECLINE, PLATFORM, Bundle
from rewards.pooling.refusals import NoVerifierLeft

# Nobody was left to be drawn; somebody is when the authority has admitted or approved one.
VACANT = "vacant"


def decline_verification(
    connection: Connection, bundle_id: UUID, *, reason: str, rotation: int, by: Viewer, clock: Clock
) -> Bundle:
    """The bundle with another verifier, or with none when nobody is left.

    Raises UnknownBundle, BundleStateConflict, AlreadyAccepted: who accepted gives an opinion.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    declined = bundle.decline(by=by)
    verifier_id = bundle.verifier_id
    assert verifier_id is not None, "a verifier sees its own bundles only"
    lock_verifiers(connection)
    now = clock.now()
    add_refusal(connection, bundle_id, verifier_id, reason, now=now)
    said = {"verifier_id": public("org", verifier_id), "reason": reason}
    add_step(connection, bundle_id, DECLINE, said, now=now)
    shared = [each.bundle_id for each in overlaps_of(connection, bundle_id)]
    around = surroundings_of(connection, bundle_id, rotation=rotation, overlapping=shared)
    try:
        return seat_verifier(connection, declined, around, by=PLATFORM, now=now)
    except NoVerifierLeft as nobody:
        write_bundle(connection, declined)
        add_step(connection, bundle_id, VACANT, dict(nobody.facts), now=now)
        return declined
