"""Return the tonnes of trades that were not paid, or not confirmed, in time."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.trading.listings import lock_listing
from app.store.trading.trades import find_trade, lapsed_trades, lock_trade
from app.usecases.trading.return_units import return_units


def expire_trades(connection: Connection, *, now: datetime, most: int = 200) -> int:
    """Sweep up to ``most`` of them; returns how many came to nothing now.

    Buyers do not wait for this: an order counts lapsed reservations as free by itself.
    """
    swept = 0
    lapsed = [
        find_trade(connection, trade_id)
        for trade_id in lapsed_trades(connection, now=now, most=most)
    ]
    # Listings in one order, each before its trades, as everybody locks them.
    for seen in sorted(
        (each for each in lapsed if each), key=lambda each: (each.listing_id, each.trade_id)
    ):
        listing = lock_listing(connection, seen.listing_id)
        trade = lock_trade(connection, seen.trade_id)
        assert listing is not None, "a listing is never deleted"
        assert trade is not None, "a trade is never deleted"
        if trade.has_lapsed(now):
            return_units(connection, trade.expire(now), listing, now=now)
            swept += 1
    return swept
