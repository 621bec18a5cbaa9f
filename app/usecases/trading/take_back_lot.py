"""Take back what was not sold of a lot at an exchange."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.blocks import blocks_of_listing, lock_blocks, write_blocks
from app.store.trading.exchange_lots import find_exchange_lot
from app.store.trading.listings import lock_listing, write_listing
from app.usecases.trading.see_lots import see_lots
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.registry.block import UNLOCK
from rewards.trading.exchange_lot import SeenLot, UnknownExchangeLot
from rewards.trading.listing import CLOSE


def take_back_lot(
    connection: Connection, listing_id: UUID, *, viewer: Viewer | None, clock: Clock
) -> SeenLot:
    """The lot, over: what is left is its seller's again; the exchange gives back at any time, the
    seller takes from its day on, as time does (None).

    Raises UnknownExchangeLot, SellerTakesNothingBack, ListingClosed.
    """
    unknown = UnknownExchangeLot("exchange_lot")
    lot = found_or(find_exchange_lot(connection, listing_id), unknown)
    listing = found_or(lock_listing(connection, listing_id), unknown)
    blocks = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    now = clock.now()
    if viewer is not None:
        lot.check_return(viewer, seller_id=listing.seller_id, now=now)
    closed = listing.move(CLOSE, now=now)
    write_blocks(connection, [each.give_up(UNLOCK, now) for each in blocks])
    write_listing(connection, closed)
    (seen,) = see_lots(connection, [lot])
    return seen
