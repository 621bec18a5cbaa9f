"""List units for sale at a price."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.take_units import take_units
from app.usecases.trading.write_listing_of import write_listing_of
from behaviours.viewer import Viewer
from rewards.trading.listing import OPEN, Listing, OfferedUnits
from rewards.trading.trade import seller_of


def list_units(
    connection: Connection,
    block_id: UUID,
    *,
    quantity_t: int,
    price_fen_per_tonne: int,
    viewer: Viewer,
    clock: Clock,
) -> OfferedUnits:
    """Offer tonnes of a free block of the viewer's; an operator sells for the programme.

    The listed tonnes become a block of their own, reserved for the listing. Raises UnknownUnits,
    BlockNotAvailable, AlreadyRetired, NotEnoughUnits, UnitsNotCovered, ProjectUncovered,
    OrganisationSuspended, OrganisationClosed.
    """
    seller_id = seller_of(viewer)
    check_taking_part(connection, [seller_id])
    (listed,), now = take_units(
        connection, block_id, owner_id=seller_id, quantity_t=quantity_t, clock=clock
    )
    listing = Listing(
        listing_id=new_id(),
        seller_id=seller_id,
        block_id=listed.block_id,
        quantity_t=quantity_t,
        remaining_t=quantity_t,
        price_fen_per_tonne=price_fen_per_tonne,
        state=OPEN,
        created_at=now,
    )
    return write_listing_of(connection, listing, listed, now=now)
