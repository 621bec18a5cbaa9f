"""A person gives an online redemption up before it is fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.redemption.capturing import lock_person
from app.store.redemption.redemptions import get
from app.usecases.redemption.let_go import let_go
from rewards.redemption.redemption import EXPIRED, HELD, RELEASED, Redemption
from rewards.redemption.refusals import RedemptionNotHeld


def cancel_redemption(
    connection: Connection, participant_id: UUID, redemption_id: UUID, *, now: datetime
) -> Redemption:
    """Let the hold go; cancelling twice, or after the hold lapsed, answers the same.

    Raises UnknownId, RedemptionNotHeld (it was fetched: only the merchant can reverse it).
    """
    account = lock_person(connection, participant_id)
    redemption = get(connection, participant_id, redemption_id)
    if redemption is None:
        raise UnknownId("You have no such redemption.")
    if redemption.state in (RELEASED, EXPIRED):
        return redemption
    if redemption.state != HELD:
        raise RedemptionNotHeld(
            "This redemption was fetched already. The merchant can reverse it while its time for"
            " that runs.",
            details={"state": redemption.state},
        )
    state = RELEASED if redemption.is_held(now) else EXPIRED
    let_go(connection, redemption, debt=account.debt, state=state, now=now)
    return replace(redemption, state=state, closed_at=now)
