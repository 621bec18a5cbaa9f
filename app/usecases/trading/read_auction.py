"""One auction, running or over."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.auctions import auctions_of
from app.store.trading.listings import find_listing
from behaviours.refusal import found_or
from rewards.trading.auction import SeenAuction
from rewards.trading.refusals import UnknownTrade


def read_auction(connection: Connection, listing_id: UUID) -> SeenAuction:
    """Everybody who trades sees it; raises UnknownTrade."""
    auction = auctions_of(connection, [listing_id]).get(listing_id)
    offered = find_listing(connection, listing_id)
    return SeenAuction(
        found_or(offered, UnknownTrade("auction")), found_or(auction, UnknownTrade("auction"))
    )
