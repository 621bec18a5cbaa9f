"""Say what became of the money of a trade whose payment nobody confirmed."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.trading.trades import lock_trade, write_trade
from app.usecases.trading.read_parties import read_parties
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.trading.refusals import UnknownTrade
from rewards.trading.trade import Trade


def clear_trade(
    connection: Connection,
    trade_id: UUID,
    *,
    outcome: str,
    statement: str,
    viewer: Viewer,
    clock: Clock,
) -> Trade:
    """The trade, which waits for nothing any more; ``statement`` is kept for both sides to read.

    Money that never came leaves its reference free for another trade. Raises UnknownTrade for whom
    it is not there to say, TradeStateConflict.
    """
    trade = found_or(lock_trade(connection, trade_id), UnknownTrade("trade"))
    parties = read_parties(connection, trade, viewer=viewer)
    cleared = trade.clear(outcome, parties, statement, now=clock.now())
    write_trade(connection, cleared)
    return cleared
