"""Take back an offer of units, before everybody has signed it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.replacing import find_replacement, withdraw
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.read_replacement import read_replacement
from behaviours.viewer import Viewer
from rewards.registry.replacement import Replacement, check_visible


def withdraw_replacement(
    connection: Connection,
    replacement_id: UUID,
    *,
    viewer: Viewer,
    signed_for: timedelta,
    clock: Clock,
) -> Replacement:
    """The replacement after it was taken back; what was taken back before is answered as it is.

    Raises UnknownUnits, NotYoursToWithdraw, ReplacementDone, ReplacementLapsed.
    """
    found = check_visible(find_replacement(connection, replacement_id), viewer)
    hold_bundle(connection, found.asked.bundle_id, by=viewer)
    # Again, now that nobody else can sign it or carry it out.
    found = read_replacement(connection, replacement_id, viewer=viewer)
    now = clock.now()
    if found.withdrawn_at is None:
        found.check_withdrawable(now, signed_for, viewer)
        assert viewer.user_id is not None, "somebody takes it back"
        withdraw(connection, replacement_id, by=viewer.user_id, now=now)
    return read_replacement(connection, replacement_id, viewer=viewer)
