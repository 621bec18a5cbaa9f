"""The bids of an auction."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.auctions import list_bids
from app.usecases.trading.read_auction import read_auction
from rewards.trading.auction import Bid


def read_bids(
    connection: Connection, listing_id: UUID, *, after: int | None, most: int
) -> list[Bid]:
    """The highest first, for everybody who trades; who made them is told to few. Raises
    UnknownTrade."""
    read_auction(connection, listing_id)
    return list_bids(connection, listing_id, after=after, most=most)
