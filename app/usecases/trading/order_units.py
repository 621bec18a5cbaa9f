"""Order tonnes of a listing: they are reserved for the buyer until the time to pay is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.ids import UnknownId, new_id
from app.store.database import Connection
from app.store.pooling.bundles import read_bundle
from app.store.registry.blocks import Block, blocks_of_listing, cut, lock_blocks, set_blocks
from app.store.trading.trading import (
    insert_trade,
    lapsed_trades_of,
    lock_listing,
    lock_trade,
    set_listing,
)
from app.usecases.trading.give_back import give_back
from rewards.registry.refusals import BuyerIsSeller, VerifierNotIndependent
from rewards.trading.refusals import ListingClosed

PAY_WITHIN = timedelta(minutes=30)


def order_units(
    connection: Connection, listing_id: UUID, *, quantity_t: int, buyer_id: UUID, now: datetime
) -> UUID:
    """Reserve tonnes of an open listing; returns the trade's id.

    Reservations that have lapsed count as free, whether or not they were swept. Raises UnknownId,
    ListingClosed, NotEnoughUnits, BuyerIsSeller, VerifierNotIndependent.
    """
    listing = lock_listing(connection, listing_id)
    if listing is None:
        raise UnknownId("There is no listing with this id.")
    if listing.seller_id == buyer_id:
        raise BuyerIsSeller("These units are yours already. Close the listing to have them back.")
    for trade_id in lapsed_trades_of(connection, listing_id, now=now):
        trade = lock_trade(connection, trade_id)
        if trade is not None and trade.state == "reserved":
            give_back(connection, trade, listing, state="expired", now=now)
            listing = lock_listing(connection, listing_id)
            assert listing is not None, "a listing is never deleted"
    if listing.state == "closed":
        raise ListingClosed("This listing takes no more orders. See GET /v1/listings.")
    offered = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    offered.sort(key=lambda block: block.first)
    taken = cut(connection, offered, quantity_t, now=now)
    _check_independence(connection, taken, buyer_id)
    trade_id = new_id()
    insert_trade(
        connection,
        trade_id=trade_id,
        listing=listing,
        buyer_id=buyer_id,
        quantity_t=quantity_t,
        pay_until=now + PAY_WITHIN,
        now=now,
    )
    set_blocks(
        connection,
        [each.block_id for each in taken],
        owner_id=listing.seller_id,
        state="reserved",
        listing_id=listing_id,
        trade_id=trade_id,
        now=now,
    )
    left_t = listing.remaining_t - quantity_t
    state = "open" if left_t else "sold_out"
    set_listing(connection, listing_id, remaining_t=left_t, state=state, now=now)
    return trade_id


def _check_independence(connection: Connection, blocks: list[Block], buyer_id: UUID) -> None:
    for bundle_id in {block.bundle_id for block in blocks}:
        bundle = read_bundle(connection, bundle_id)
        if bundle is not None and bundle["verifier_id"] == buyer_id:
            raise VerifierNotIndependent("Whoever verified these units cannot buy them.")
