"""A merchant drafts offers; an operator publishes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.redemption.offers import add_offers, show_offers
from app.store.redemption.stock import open_stock
from behaviours.region_register import known_regions
from rewards.redemption.offer import DRAFT, Offer, OfferTerms, ShownOffer, check_dates
from rewards.redemption.pool import check_stated_stock
from rewards.redemption.stock import open_stripes


def draft_offers(
    connection: Connection, merchant_id: UUID, drafts: Sequence[OfferTerms], *, clock: Clock
) -> list[ShownOffer]:
    """Write the drafts with their stock; nobody sees them yet. Raises

    OfferDatesWrong, UnknownRegion, and StockIsCodes of vouchers with a stock."""
    offers = [
        Offer(
            offer_id=offer_id,
            merchant_id=merchant_id,
            state=DRAFT,
            revision=1,
            **{**asdict(draft), "regions": known_regions(draft.regions, pointer="/regions")},
        )
        for draft, offer_id in zip(drafts, new_ids(len(drafts)), strict=True)
    ]
    for offer in offers:
        check_stated_stock(replace(offer, stock_total=0), offer.stock_total)
    now = clock.now()
    for offer in offers:
        check_dates(offer, now=now)
    add_offers(connection, offers, now=now)
    for offer in offers:
        open_stock(connection, offer.offer_id, open_stripes(offer))
    return show_offers(connection, [offer.offer_id for offer in offers])
