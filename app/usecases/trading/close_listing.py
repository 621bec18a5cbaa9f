"""Take the rest of a listing back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.registry.blocks import blocks_of_listing, lock_blocks, set_blocks
from app.store.trading.trading import lock_listing, set_listing
from rewards.trading.refusals import ListingClosed


def close_listing(
    connection: Connection, listing_id: UUID, *, seller_id: UUID | None, now: datetime
) -> None:
    """End a listing; orders that are under way go on. Raises UnknownId, ListingClosed."""
    listing = lock_listing(connection, listing_id)
    if listing is None or listing.seller_id != seller_id:
        raise UnknownId("There is no listing with this id among yours.")
    if listing.state != "open":
        raise ListingClosed(f"The listing is {listing.state} already.")
    blocks = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    set_blocks(
        connection, [each.block_id for each in blocks], owner_id=seller_id, state="active", now=now
    )
    set_listing(connection, listing_id, remaining_t=listing.remaining_t, state="closed", now=now)
