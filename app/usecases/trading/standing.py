"""Fetching the trade that a verb works on: locked, and at the right step."""

from __future__ import annotations

from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.trading.trading import Trade, lock_trade
from rewards.trading.refusals import TradeStateConflict


def trade_at(connection: Connection, trade_id: UUID, *states: str) -> Trade:
    """The locked trade, which must be in one of ``states``; raises UnknownId for none."""
    trade = lock_trade(connection, trade_id)
    if trade is None:
        raise UnknownId("There is no trade with this id among yours.")
    if trade.state not in states:
        raise TradeStateConflict(
            f"The trade is {trade.state}; this step needs it to be {' or '.join(states)}.",
            details={"state": trade.state, "needed": list(states)},
        )
    return trade
