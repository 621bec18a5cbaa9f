"""Read what is on sale now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import offers_on_sale
from behaviours.region_register import check_known
from rewards.redemption.offer import ShownOffer


def read_offers_on_sale(
    connection: Connection,
    *,
    region: str | None,
    category: str | None = None,
    now: datetime,
    before: UUID | None,
    most: int,
) -> list[ShownOffer]:
    """For everybody, newest first; sold-out offers are there with nothing left.

    Of a ``region`` what is for people there; None: of all. Raises UnknownRegion.
    """
    if region is not None:
        check_known(region)
    return offers_on_sale(
        connection, region=region, category=category, now=now, before=before, limit=most
    )
