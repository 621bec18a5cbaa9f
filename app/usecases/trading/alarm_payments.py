"""Say aloud which payments nobody confirmed in time, and which ended so; nothing else changes."""

from __future__ import annotations

from datetime import datetime

import structlog

from app.ids import public
from app.store.database import Connection
from app.store.trading.trades import alarm_unseen_payments

CHUNK_TRADES = 200
_log = structlog.get_logger(__name__)


def alarm_payments(connection: Connection, *, now: datetime, trades: int = CHUNK_TRADES) -> int:
    """Mark the longest unseen ``trades`` and log each; returns how many. Run until it is 0."""
    unseen = alarm_unseen_payments(connection, now=now, most=trades)
    for each in unseen:
        _log.warning(
            "payment_unseen",
            trade_id=public("trd", each.trade_id),
            state=each.state,
            waits_since=each.waits_since.isoformat(),
        )
    return len(unseen)
