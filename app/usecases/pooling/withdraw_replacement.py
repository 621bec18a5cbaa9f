"""Take back an offer of units, before everybody has signed it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.replacing import withdraw
from app.usecases.pooling.hold_replacement import hold_replacement
from app.usecases.pooling.read_replacement import read_replacement
from behaviours.viewer import Viewer
from rewards.registry.replacement import Replacement


def withdraw_replacement(
    connection: Connection, replacement_id: UUID, *, by: Viewer, signed_for: timedelta, clock: Clock
) -> Replacement:
    """The replacement after it was taken back; what was taken back before is answered as it is.

    Raises UnknownUnits, NotYoursToWithdraw, ReplacementDone, ReplacementLapsed.
    """
    _, found = hold_replacement(connection, replacement_id, by=by)
    now = clock.now()
    if found.withdrawn_at is None:
        found.check_withdrawable(now, signed_for, by)
        assert by.user_id is not None, "somebody takes it back"
        withdraw(connection, replacement_id, by=by.user_id, now=now)
    return read_replacement(connection, replacement_id, viewer=by)
