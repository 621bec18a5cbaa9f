"""Write a new listing of tonnes that were just taken out of their owner's free units."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.registry.blocks import write_blocks
from app.store.trading.listings import find_listing, insert_listing
from app.usecases.trading.check_project_covered import check_project_covered
from rewards.registry.block import LIST, Block
from rewards.trading.listing import Listing, OfferedUnits


def write_listing_of(
    connection: Connection, listing: Listing, block: Block, *, now: datetime
) -> OfferedUnits:
    """The listing as buyers read it; its block, which is locked, is kept for it.

    Raises ProjectUncovered.
    """
    check_project_covered(connection, [block], listing.seller_id)
    insert_listing(connection, listing)
    write_blocks(connection, [block.move(LIST, listing_id=listing.listing_id, now=now)])
    offered = find_listing(connection, listing.listing_id)
    assert offered is not None, "what was just written is there"
    return offered
