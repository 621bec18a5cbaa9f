"""One trade, for its two sides, for an exchange that settles it and for operators."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.store.trading.trades import find_trade
from app.usecases.trading.read_parties import read_parties
from behaviours.viewer import Viewer
from rewards.trading.refusals import UnknownTrade
from rewards.trading.trade import SeenTrade


def read_trade(connection: Connection, trade_id: UUID, *, viewer: Viewer) -> SeenTrade:
    """The trade as it and its sides stand; raises UnknownTrade for whom it is not there to see."""
    trade = find_trade(connection, trade_id)
    if trade is None or not trade.is_shown_to(
        viewer, read_parties(connection, trade, viewer=viewer)
    ):
        raise UnknownTrade("trade")
    return SeenTrade.of(trade, counterparties(connection, trade.named))
