"""Release one person's lapsed holds, on the way to something that needs their points."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.redemption.redemptions import lapsed_holds_of, payment_of
from app.store.redemption.undoing import write_ended_hold
from rewards.redemption.undoing import end_hold


def release_holds_of(
    connection: Connection, participant_id: UUID, *, debt: int, now: datetime
) -> int:
    """Returns how many there were; the caller holds the person's lock and read their ``debt``."""
    lapsed = lapsed_holds_of(connection, participant_id, now=now)
    for held in lapsed:
        payment = payment_of(connection, participant_id, held.redemption_id)
        ids = (new_id(), new_id())
        ended = end_hold(held, payment, debt=debt, transfer_ids=ids, now=now)
        write_ended_hold(connection, ended, now=now)
        debt -= ended.paid_debt
    return len(lapsed)
