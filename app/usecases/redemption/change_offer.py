"""A merchant changes an offer: a draft in everything, a published one in what harms nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.redemption import offers, stock
from rewards.redemption.offer import Offer, change, check_stocked
from rewards.redemption.refusals import OfferChanged


def change_offer(
    connection: Connection,
    merchant_id: UUID,
    offer_id: UUID,
    changes: Mapping[str, Any],
    *,
    revision: int | None,
    now: datetime,
) -> Offer:
    """Apply ``changes`` (names of ``Offer``) to the revision that the merchant has read.

    ``revision`` None: whatever it is now. Fewer ``stock_total`` takes unsold items out.
    Raises UnknownId, OfferChanged, OfferNotDraft, OfferDatesWrong, OutOfStock.
    """
    offer = offers.lock_offer(connection, offer_id)
    if offer is None or offer.merchant_id != merchant_id:
        raise UnknownId("You have no such offer.")
    if revision is not None and revision != offer.revision:
        raise OfferChanged(
            f"The offer is at revision {offer.revision} by now. Read it again and repeat your"
            " change on that.",
            details={"revision": offer.revision},
        )
    changed = change(offer, changes, now=now)
    if changed == offer:
        return offer
    missing = stock.change_stock(connection, offer_id, changed.stock_total - offer.stock_total)
    less = offer.stock_total - changed.stock_total
    check_stocked(offer, quantity=max(0, less), left=max(0, less) - missing)
    offers.change_offer(connection, changed)
    return changed
