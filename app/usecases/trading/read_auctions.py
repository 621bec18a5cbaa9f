"""What is sold to the highest bid now."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.auctions import auctions_of
from app.store.trading.listings import open_listings
from rewards.trading.auction import SeenAuction
from rewards.trading.listing import AUCTION


def read_auctions(connection: Connection, *, before: UUID | None, most: int) -> list[SeenAuction]:
    """Auctions of which nobody has the lot yet, newest first."""
    offered = open_listings(connection, kind=AUCTION, before=before, most=most)
    found = auctions_of(connection, [each.listing.listing_id for each in offered])
    return [SeenAuction(each, found[each.listing.listing_id]) for each in offered]
