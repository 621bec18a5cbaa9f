"""One listing, open or not."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.listings import find_listing
from behaviours.refusal import found_or
from rewards.trading.listing import OfferedUnits
from rewards.trading.refusals import UnknownTrade


def read_listing(connection: Connection, listing_id: UUID) -> OfferedUnits:
    """Everybody who trades sees it; raises UnknownTrade."""
    return found_or(find_listing(connection, listing_id), UnknownTrade("listing"))
