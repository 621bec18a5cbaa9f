"""An operator publishes what a merchant drafted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.redemption.offers import lock_offer, mark_published
from rewards.redemption.offer import CLOSED, PUBLISHED, Offer, check_dates
from rewards.redemption.refusals import OfferNotDraft


def publish_offer(
    connection: Connection, offer_id: UUID, *, published_by: UUID, now: datetime
) -> Offer:
    """Put a draft on sale; publishing twice answers the same.

    Raises UnknownId, OfferNotDraft (it was closed), OfferDatesWrong (its time is over).
    """
    offer = lock_offer(connection, offer_id)
    if offer is None:
        raise UnknownId("There is no such offer.")
    if offer.state == PUBLISHED:
        return offer
    if offer.state == CLOSED:
        raise OfferNotDraft("This offer was closed. Let the merchant draft a new one.")
    check_dates(offer, now=now)
    mark_published(connection, offer_id, published_by=published_by, now=now)
    return replace(offer, state=PUBLISHED, revision=offer.revision + 1)
