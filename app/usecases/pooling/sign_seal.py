"""Sign the sealing of a bundle; the second of two signatures starts it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.outbox import names
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.seat_ends import ended_seats
from app.store.signing import sign_by
from app.usecases.pooling.check_verifier import check_verifier
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.start_bundle_task import start_bundle_task
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SEAL, SIGN_SEAL
from rewards.pooling.seen_bundle import SignedBundle
from rewards.signing import Matter


def sign_seal(
    connection: Connection, bundle_id: UUID, *, by: Viewer, zone: ZoneInfo, clock: Clock
) -> SignedBundle:
    """The bundle and the roles whose signature is missing. Refused while the notice runs.

    Raises UnknownBundle, BundleStateConflict, NoticeRunning, NothingSelected, SamePersonTwice, and
    VerifierConflict when a tie of who verified was declared in the meantime.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    now = clock.now()
    bundle.check(SIGN_SEAL, by=by)
    bundle.check_reportable()
    bundle.check_notice_over(civil_day(now, zone))
    check_verifier(connection, bundle)
    matter = Matter("bundle", bundle_id, _verb(ended_seats(connection, bundle_id)))
    awaiting = sign_by(connection, matter, by, now)
    if awaiting:
        return SignedBundle(bundle, awaiting)
    task_id = start_bundle_task(connection, bundle, names.SEAL_BUNDLE, by=by, now=now)
    sealing = bundle.move(SEAL, by=by, task_id=task_id)
    write_bundle(connection, sealing)
    return SignedBundle(sealing, awaiting)


def _verb(ended: int) -> str:
    """What is signed: what was signed for an opinion that does not stand any more is another."""
    return f"{SEAL}:{ended + 1}" if ended else SEAL
