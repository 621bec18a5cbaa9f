"""Offer units to the highest bid."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.trading.auctions import insert_auction
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.take_units import take_units
from app.usecases.trading.write_listing_of import write_listing_of
from behaviours.viewer import Viewer
from rewards.trading.auction import AuctionTerms, SeenAuction, opened
from rewards.trading.listing import AUCTION, OPEN, Listing
from rewards.trading.trade import seller_of


def open_auction(
    connection: Connection,
    block_id: UUID,
    *,
    quantity_t: int,
    terms: AuctionTerms,
    viewer: Viewer,
    clock: Clock,
    opens_now: bool = False,
) -> SeenAuction:
    """Tonnes of a free block of the viewer's become one lot; an operator sells for the programme.

    With ``opens_now`` it opens at the moment at which the units are held, whatever ``terms`` say.
    Raises UnknownUnits, BlockNotAvailable, AlreadyRetired, NotEnoughUnits, UnitsNotCovered,
    ProjectUncovered, OrganisationSuspended, OrganisationClosed, AuctionTimesUnusable,
    ReserveBelowMinimum.
    """
    seller_id = seller_of(viewer)
    check_taking_part(connection, [seller_id])
    (lot,), now = take_units(
        connection, block_id, owner_id=seller_id, quantity_t=quantity_t, clock=clock
    )
    if opens_now:
        terms = terms._replace(opens_at=now)
    auction = opened(new_id(), seller_id, terms, now=now)
    listing = Listing(
        auction.listing_id,
        seller_id,
        lot.block_id,
        quantity_t,
        quantity_t,
        terms.minimum_fen_per_tonne,
        OPEN,
        now,
        kind=AUCTION,
    )
    offered = write_listing_of(connection, listing, lot, now=now)
    insert_auction(connection, auction)
    return SeenAuction(offered, auction)
