"""Return the tonnes of a trade that came to nothing."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.registry.blocks import blocks_of_trade, lock_blocks, write_blocks
from app.store.trading.listings import write_listing
from app.store.trading.trades import write_trade
from rewards.registry.block import OFFER_AGAIN, UNLIST
from rewards.trading.listing import Listing
from rewards.trading.trade import Trade


def return_units(
    connection: Connection, ended: Trade, listing: Listing, *, now: datetime
) -> Listing:
    """Write a trade that has ended, of a locked listing: its tonnes are offered again.

    When the seller has closed the listing meanwhile, they are the seller's to dispose of. Returns
    the listing as it is then.
    """
    reserved = lock_blocks(connection, blocks_of_trade(connection, ended.trade_id))
    if listing.is_closed:
        returned = [each.give_up(UNLIST, now) for each in reserved]
    else:
        returned = [
            each.give_up(OFFER_AGAIN, now, listing_id=listing.listing_id) for each in reserved
        ]
        listing = listing.offer_again(ended.quantity_t, now=now)
        write_listing(connection, listing)
    write_blocks(connection, returned)
    write_trade(connection, ended)
    return listing
