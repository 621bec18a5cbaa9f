"""One listing, open or not."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.listings import find_listing
from rewards.trading.listing import OfferedUnits
from rewards.trading.refusals import UnknownTrade


def read_listing(connection: Connection, listing_id: UUID) -> OfferedUnits:
    """Everybody who trades sees it; raises UnknownTrade."""
    found = find_listing(connection, listing_id)
    if found is None:
        raise UnknownTrade("listing")
    return found
