"""Take the rest of a listing back."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.blocks import blocks_of_listing, lock_blocks, write_blocks
from app.store.trading.auctions import hold_auction, write_auction
from app.store.trading.listings import find_listing, lock_listing, write_listing
from behaviours.viewer import Viewer
from rewards.registry.block import UNLIST
from rewards.trading.listing import AT_EXCHANGE, CLOSE, OfferedUnits
from rewards.trading.refusals import ListingAtExchange, UnknownTrade
from rewards.trading.trade import seller_of


def close_listing(
    connection: Connection, listing_id: UUID, *, viewer: Viewer, clock: Clock
) -> OfferedUnits:
    """End a listing of the viewer's; orders that are under way go on.

    An auction is taken back before the first bid only, and what stands at an exchange comes back
    from there. Raises UnknownTrade for somebody else's listing, ListingClosed, ListingAtExchange,
    AuctionHasBids, AuctionOver.
    """
    listing = lock_listing(connection, listing_id)
    if listing is None or listing.seller_id != seller_of(viewer):
        raise UnknownTrade("own_listing")
    if listing.kind == AT_EXCHANGE:
        raise ListingAtExchange("close")
    blocks = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    now = clock.now()
    auction = hold_auction(connection, listing_id)
    closed = listing.move(CLOSE, now=now)
    write_blocks(connection, [each.give_up(UNLIST, now) for each in blocks])
    write_listing(connection, closed)
    if auction is not None:
        write_auction(connection, auction.withdraw(now))
    offered = find_listing(connection, listing_id)
    assert offered is not None, "a listing is never deleted"
    return offered
