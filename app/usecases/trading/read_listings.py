"""What is for sale now."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.listings import open_listings
from rewards.trading.listing import OfferedUnits


def read_listings(connection: Connection, *, before: UUID | None, most: int) -> list[OfferedUnits]:
    """Open listings, newest first: everybody who trades sees all of them."""
    return open_listings(connection, before=before, most=most)
