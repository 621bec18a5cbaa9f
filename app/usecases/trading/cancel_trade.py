"""Call a trade off before the units are delivered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.trading.trading import Trade, lock_listing, read_trade
from app.usecases.trading.give_back import give_back
from app.usecases.trading.standing import trade_at


def cancel_trade(
    connection: Connection,
    trade_id: UUID,
    *,
    states_for: Callable[[Trade], tuple[str, ...]],
    now: datetime,
) -> Trade:
    """The units are offered again; money that was sent is returned outside the books.

    ``states_for`` says in which states the caller may call this trade off; in none means that it
    is not the caller's to see. Raises UnknownId, TradeStateConflict.
    """
    seen = read_trade(connection, trade_id)
    states = states_for(seen) if seen is not None else ()
    if seen is None or not states:
        raise UnknownId("There is no trade with this id among yours.")
    # The listing is locked before its trades, by everybody.
    listing = lock_listing(connection, seen.listing_id)
    assert listing is not None, "a listing is never deleted"
    trade = trade_at(connection, trade_id, *states)
    give_back(connection, trade, listing, state="cancelled", now=now)
    return trade._replace(state="cancelled", closed_at=now)
