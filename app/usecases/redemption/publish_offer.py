"""An operator publishes what a merchant drafted."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.redemption.offers import lock_offer, show_offers, write_published
from behaviours.refusal import found_or
from rewards.redemption.offer import ShownOffer, publish
from rewards.redemption.refusals import UnknownOffer


def publish_offer(
    connection: Connection,
    offer_id: UUID,
    *,
    published_by: UUID,
    clock: Clock,
    refund_valid_days: int | None = None,
) -> ShownOffer:
    """Put a draft on sale; publishing twice answers the same.

    ``refund_valid_days`` is for how long points are good that are refunded after they expired;
    None: they stay expired. Raises UnknownOffer, OfferNotDraft (it was closed, or published with
    another rule), OfferDatesWrong (its time is over).
    """
    offer = found_or(lock_offer(connection, offer_id), UnknownOffer("offer"))
    now = clock.now()
    published = publish(offer, refund_valid_days=refund_valid_days, now=now)
    if published != offer:
        write_published(connection, published, published_by=published_by, now=now)
    return show_offers(connection, [offer_id])[0]
