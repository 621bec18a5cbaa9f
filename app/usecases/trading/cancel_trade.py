"""Call a trade off before the units are delivered."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.trading.listings import lock_listing
from app.store.trading.trades import find_trade, lock_trade
from app.usecases.trading.read_parties import read_parties
from app.usecases.trading.return_units import return_units
from behaviours.viewer import Viewer
from rewards.trading.refusals import UnknownTrade
from rewards.trading.trade import CANCEL, Trade, check_call_off


def cancel_trade(connection: Connection, trade_id: UUID, *, viewer: Viewer, clock: Clock) -> Trade:
    """The units are offered again; money that was sent is returned outside the books.

    Raises UnknownTrade for whom it is not there to call off, BidIsBinding, ConfirmWindowOver,
    TradeStateConflict.
    """
    seen = find_trade(connection, trade_id)
    parties = read_parties(connection, seen, viewer=viewer) if seen else None
    if seen is None or not parties:
        raise UnknownTrade("trade")
    # The listing is locked before its trades, by everybody.
    listing = lock_listing(connection, seen.listing_id)
    trade = lock_trade(connection, trade_id)
    assert listing is not None, "a listing is never deleted"
    assert trade is not None, "a trade is never deleted"
    now = clock.now()
    check_call_off(listing, parties)
    cancelled = trade.move(CANCEL, parties, now=now)
    return_units(connection, cancelled, listing, now=now)
    return cancelled
