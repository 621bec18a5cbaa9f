"""Bid for the lot of an auction: a bid binds, and is never taken back."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.verifiers import ties_now
from app.store.registry.blocks import blocks_of_listing, lock_blocks
from app.store.trading.auctions import (
    database_moment,
    hold_auction,
    insert_bid,
    last_bid,
    write_auction,
)
from app.store.trading.listings import find_listing, lock_listing
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from behaviours.refusal import found_or
from rewards.trading.auction import Bid
from rewards.trading.refusals import UnknownTrade


def place_bid(
    connection: Connection,
    listing_id: UUID,
    *,
    bidder_id: UUID,
    price_fen_per_tonne: int,
    clock: Clock,
) -> Bid:
    """The bid, which leads now; the price is in fen for one tonne.

    It counts by the database's clock, read under the lock of the listing. The bid that leads, said
    again by who made it, is answered and not made twice. Raises UnknownTrade, BuyerIsSeller,
    BidderTied, VerifierNotIndependent, AuctionNotOpen, AuctionOver, BidTooLow,
    OrganisationSuspended, OrganisationClosed.
    """
    wanted = found_or(find_listing(connection, listing_id), UnknownTrade("auction"))
    check_taking_part(connection, [bidder_id, wanted.listing.seller_id])
    found_or(lock_listing(connection, listing_id), UnknownTrade("auction"))
    auction = found_or(hold_auction(connection, listing_id), UnknownTrade("auction"))
    if auction.is_led_at(bidder_id, price_fen_per_tonne):
        return last_bid(connection, listing_id)
    now = clock.told_by(database_moment(connection))
    led, bid = auction.bid(bidder_id, price_fen_per_tonne, now=now)
    auction.check_bidder(bidder_id, ties_now(connection))
    lot = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    check_holder(connection, lot, bidder_id, "buy")
    insert_bid(connection, bid)
    write_auction(connection, led)
    return bid
