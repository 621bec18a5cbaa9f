"""Read what is on sale now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import offers_on_sale
from rewards.redemption.offer import ShownOffer


def read_offers_on_sale(
    connection: Connection, *, now: datetime, before: UUID | None, most: int
) -> list[ShownOffer]:
    """For everybody, newest first; sold-out offers are there with nothing left."""
    return offers_on_sale(connection, now=now, before=before, limit=most)
