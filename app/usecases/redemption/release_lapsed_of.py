"""Let go of one person's lapsed holds, on the way to something that needs their points."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.points.accounts import Account
from app.store.redemption.redemptions import lapsed_holds_of
from app.usecases.redemption.let_go import let_go
from rewards.redemption.redemption import EXPIRED


def release_lapsed_of(
    connection: Connection, participant_id: UUID, account: Account, *, now: datetime
) -> int:
    """Returns how many there were; the caller holds the person's lock and read ``account``."""
    lapsed = lapsed_holds_of(connection, participant_id, now=now)
    for held in lapsed:
        paid = let_go(connection, held, debt=account.debt, state=EXPIRED, now=now)
        account = replace(account, debt=account.debt - paid)
    return len(lapsed)
