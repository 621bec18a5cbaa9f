"""Give the lots of auctions that are over to whom they are due, or back to their sellers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.projects.losses import uncovered_of_owner
from app.store.registry.blocks import blocks_of_listing, lock_blocks, write_blocks
from app.store.trading.auctions import (
    database_moment,
    due_auctions,
    hold_auction,
    insert_award,
    last_award_state,
    ranked_bids,
    write_auction,
)
from app.store.trading.listings import lock_listing, write_listing
from app.store.trading.trades import insert_trade
from rewards.registry.block import ORDER, SUSPENDED, UNLIST, Block
from rewards.trading.auction import AWARDED, GIVE_UP, NOT_COVERED, Auction, Bid
from rewards.trading.listing import CLOSE, Listing
from rewards.trading.terms import TradeTerms
from rewards.trading.trade import order


def settle_auctions(
    connection: Connection, *, terms: TradeTerms, clock: Clock, most: int = 200
) -> int:
    """Settle up to ``most`` of them; returns how many it looked at, 0 when none is left.

    An auction that nobody settled yet takes no bids all the same. Whoever gets the lot has from now
    on as long to pay as ``terms`` give. Units that are not covered are given to nobody.
    """
    now = clock.told_by(database_moment(connection))
    due = due_auctions(connection, now=now, most=most)
    for listing_id in due:
        _settle(connection, listing_id, terms=terms, now=now)
    return len(due)


def _settle(connection: Connection, listing_id: UUID, *, terms: TradeTerms, now: datetime) -> None:
    listing = lock_listing(connection, listing_id)
    auction = hold_auction(connection, listing_id)
    assert listing is not None, "a listing is never deleted"
    assert auction is not None, "an auction is never deleted"
    lot = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    # Another run settled it, or a bid moved its end, before this one had the lock.
    if not lot or not (auction.state == AWARDED or auction.has_ended(now)):
        return
    got = auction.next_of(
        ranked_bids(connection, listing_id), last_award_state(connection, listing_id)
    )
    if isinstance(got, Bid) and not _is_covered(connection, lot, listing.seller_id):
        got = NOT_COVERED
    if isinstance(got, Bid):
        _award(connection, listing, auction, got, lot, terms=terms, now=now)
        return
    write_blocks(connection, [each.give_up(UNLIST, now) for each in lot])
    write_listing(connection, listing.move(CLOSE, now=now))
    write_auction(connection, auction.move(GIVE_UP, now=now, reason=got))


def _is_covered(connection: Connection, lot: list[Block], seller_id: UUID | None) -> bool:
    """Whether nothing is missing behind the units, nor of the seller's own project (E12)."""
    if any(each.state == SUSPENDED for each in lot):
        return False
    bundles = [each.bundle_id for each in lot]
    return seller_id is None or not uncovered_of_owner(connection, bundles, seller_id)


def _award(
    connection: Connection,
    listing: Listing,
    auction: Auction,
    bid: Bid,
    lot: list[Block],
    *,
    terms: TradeTerms,
    now: datetime,
) -> None:
    trade = order(
        listing,
        new_id(),
        buyer_id=bid.bidder_id,
        quantity_t=listing.quantity_t,
        terms=terms,
        now=now,
        price_fen_per_tonne=bid.price_fen_per_tonne,
    )
    insert_trade(connection, trade)
    promise = {"listing_id": listing.listing_id, "trade_id": trade.trade_id}
    write_blocks(connection, [each.move(ORDER, **promise, now=now) for each in lot])
    write_listing(connection, listing.take(listing.quantity_t, now=now))
    insert_award(connection, bid, trade.trade_id, now=now)
    write_auction(connection, auction.award(now))
