"""List units for sale at a price."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.registry.blocks import cut, set_blocks
from app.store.trading.trading import insert_listing
from app.usecases.registry.standing import free_block


def list_units(
    connection: Connection,
    block_id: UUID,
    *,
    quantity_t: int,
    price_fen_per_tonne: int,
    seller_id: UUID | None,
    now: datetime,
) -> UUID:
    """Offer tonnes of a free block of the seller's; None sells for the programme.

    The listed tonnes become a block of their own, reserved for the listing. Returns the listing's
    id. Raises UnknownId, BlockNotAvailable, AlreadyRetired, NotEnoughUnits.
    """
    block = free_block(connection, block_id, seller_id)
    (listed,) = cut(connection, [block], quantity_t, now=now)
    listing_id = new_id()
    insert_listing(
        connection,
        listing_id=listing_id,
        seller_id=seller_id,
        block_id=listed.block_id,
        quantity_t=quantity_t,
        price_fen_per_tonne=price_fen_per_tonne,
        now=now,
    )
    set_blocks(
        connection,
        [listed.block_id],
        owner_id=seller_id,
        state="reserved",
        listing_id=listing_id,
        now=now,
    )
    return listing_id
