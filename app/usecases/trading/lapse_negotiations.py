"""Write down which offers stand no longer."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.trading.negotiations import (
    lapsed_negotiations,
    lock_negotiation,
    write_negotiation,
)
from rewards.trading.negotiation import LAPSE
from rewards.trading.trade import Party


def lapse_negotiations(connection: Connection, *, now: datetime, most: int = 200) -> int:
    """Up to ``most`` of them; returns how many lapsed. Nobody accepts one that was not swept."""
    lapsed = 0
    for negotiation_id in lapsed_negotiations(connection, now=now, most=most):
        found = lock_negotiation(connection, negotiation_id)
        assert found is not None, "a negotiation is never deleted"
        if found.has_lapsed(now):
            write_negotiation(connection, found.move(LAPSE, Party.TIME, now=now))
            lapsed += 1
    return lapsed
