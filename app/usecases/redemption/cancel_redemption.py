"""A person gives an online redemption up before it is fetched."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.redemption.redemptions import lock_redemption
from app.store.redemption.undoing import write_ended_hold
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownRedemption
from rewards.redemption.undoing import cancel


def cancel_redemption(
    connection: Connection, participant_id: UUID, redemption_id: UUID, *, clock: Clock
) -> Redemption:
    """End the hold; cancelling twice, or after the hold lapsed, answers the same.

    Raises UnknownRedemption, RedemptionNotHeld (it was fetched: only the merchant can reverse it).
    """
    locked = lock_redemption(connection, participant_id, redemption_id)
    if locked.redemption is None:
        raise UnknownRedemption("own_redemption")
    now = clock.now()
    ended = cancel(
        locked.redemption,
        locked.payment,
        debt=locked.totals.debt,
        transfer_ids=(new_id(), new_id()),
        now=now,
    )
    if ended is None:
        return locked.redemption
    write_ended_hold(connection, ended, now=now)
    return ended.redemption
