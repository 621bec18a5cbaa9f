"""Return the tonnes of a trade that came to nothing."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.registry.blocks import blocks_of_trade, lock_blocks, set_blocks
from app.store.trading.trading import Listing, Trade, set_listing, set_trade


def give_back(
    connection: Connection, trade: Trade, listing: Listing, *, state: str, now: datetime
) -> None:
    """End a locked trade of a locked listing: its tonnes are offered again.

    When the seller has closed the listing meanwhile, they are the seller's to dispose of.
    """
    assert state in ("expired", "cancelled"), "a trade comes to nothing in one of two ways"
    blocks = lock_blocks(connection, blocks_of_trade(connection, trade.trade_id))
    closed = listing.state == "closed"
    set_blocks(
        connection,
        [each.block_id for each in blocks],
        owner_id=listing.seller_id,
        state="active" if closed else "reserved",
        listing_id=None if closed else listing.listing_id,
        now=now,
    )
    if not closed:
        left_t = listing.remaining_t + trade.quantity_t
        set_listing(connection, listing.listing_id, remaining_t=left_t, state="open", now=now)
    set_trade(connection, trade._replace(state=state, closed_at=now))
