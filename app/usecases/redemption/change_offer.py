"""A merchant changes an offer: a draft in everything, a published one in what harms nobody."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.redemption.offers import lock_offer, show_offers, write_offer
from app.store.redemption.stock import change_stock
from rewards.redemption.offer import OfferChanges, ShownOffer, change
from rewards.redemption.pool import check_stated_stock
from rewards.redemption.refusals import OfferChanged, UnknownOffer
from rewards.redemption.stock import check_stocked


def change_offer(
    connection: Connection,
    merchant_id: UUID,
    offer_id: UUID,
    changes: OfferChanges,
    *,
    closing: bool = False,
    revisions: Collection[int] | None,
    clock: Clock,
) -> ShownOffer:
    """Apply ``changes`` to a revision that the merchant has read, and close it if asked.

    ``revisions`` None: whatever it is now. Fewer ``stock_total`` takes unsold items out.
    Raises UnknownOffer, OfferChanged, OfferNotDraft, OfferDatesWrong, OutOfStock,
    UnknownRegion, StockIsCodes.
    """
    offer = lock_offer(connection, offer_id)
    if offer is None or offer.merchant_id != merchant_id:
        raise UnknownOffer("own_offer")
    if revisions is not None and offer.revision not in revisions:
        raise OfferChanged("changed", revision=offer.revision)
    check_stated_stock(offer, changes.get("stock_total", offer.stock_total))
    changed = change(offer, changes, closing=closing, now=clock.now())
    if changed != offer:
        missing = change_stock(connection, offer_id, changed.stock_total - offer.stock_total)
        less = max(0, offer.stock_total - changed.stock_total)
        check_stocked(offer, quantity=less, left=less - missing)
        write_offer(connection, changed)
    return show_offers(connection, [offer_id])[0]
