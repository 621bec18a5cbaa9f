"""Decline a verification with a reason: the bundle goes to another one, drawn at once."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import add_refusal, lock_verifiers
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.seat_another import seat_another
from behaviours.viewer import Viewer
from rewards.pooling.bundle import DECLINE, Bundle
from rewards.pooling.terms import VerifierTerms


def decline_verification(
    connection: Connection,
    bundle_id: UUID,
    *,
    reason: str,
    terms: VerifierTerms,
    by: Viewer,
    clock: Clock,
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
    return seat_another(connection, declined, terms=terms, now=now)
