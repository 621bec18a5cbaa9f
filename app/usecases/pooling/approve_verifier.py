"""Approve a verifier for a bundle by name: the authority, with a reason that is published."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import add_approval, lock_verifiers, surroundings_of
from app.usecases.pooling.end_seat import end_seat
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.seat_verifier import seat_verifier
from behaviours.viewer import Viewer
from rewards.pooling.bundle import APPROVE, SUBMITTED, VERIFIER, Bundle
from rewards.pooling.refusals import UnknownVerifier
from rewards.pooling.terms import VerifierTerms
from rewards.pooling.verifiers import APPROVED, check_unseated


def approve_verifier(
    connection: Connection,
    bundle_id: UUID,
    verifier_id: UUID,
    *,
    reason: str,
    terms: VerifierTerms,
    by: Viewer,
    clock: Clock,
) -> Bundle:
    """A reported bundle goes to it when it is submitted, a submitted one without a verifier now.

    Raises UnknownBundle, UnknownVerifier, BundleStateConflict, AlreadyAccepted, VerifierConflict,
    and VerifierSeated: who was drawn and may verify is not replaced.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    if not bundle.awaits_seal:
        bundle.check_approvable(by=by)
    _check_registered(connection, verifier_id)
    lock_verifiers(connection)
    now = clock.now()
    ended = end_seat(connection, bundle, terms=terms, now=now)
    bundle = ended.bundle if ended else bundle
    bundle.check_approvable(by=by)
    around = surroundings_of(connection, bundle_id, rotation=terms.rotation)
    around.check(verifier_id, APPROVED)
    check_unseated(bundle.verifier_id)
    _tell(connection, bundle_id, verifier_id, reason, by=by, now=now)
    if bundle.state != SUBMITTED:
        return bundle
    return seat_verifier(
        connection,
        bundle,
        around,
        approved=verifier_id,
        instead_of=(ended.verifier_id, ended.obstacle) if ended else None,
        terms=terms,
        by=by,
        now=now,
    )


def _check_registered(connection: Connection, verifier_id: UUID) -> None:
    known = organisation(connection, verifier_id)
    if known is None or known.kind != VERIFIER:
        raise UnknownVerifier(pointer="/verifier_id")


def _tell(
    connection: Connection,
    bundle_id: UUID,
    verifier_id: UUID,
    reason: str,
    *,
    by: Viewer,
    now: datetime,
) -> None:
    """Put the approval on record, for everybody."""
    assert by.user_id is not None, "an authority is a user"
    add_approval(connection, bundle_id, verifier_id, reason=reason, by=by.user_id, now=now)
    said = {"verifier_id": public("org", verifier_id), "reason": reason}
    add_step(connection, bundle_id, APPROVE, said, now=now)
