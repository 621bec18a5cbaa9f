"""An offer: what a merchant gives for points, when, to whom how often, and with what undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from rewards.redemption.refusals import OfferNotOnSale, PersonLimitReached

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
CLOSED: Final = "closed"

# More rows than this help nobody; fewer than items would leave the last item alone in a row.
MOST_STRIPES: Final = 16


@dataclass(frozen=True, slots=True)
class Offer:
    """Points and settlement are for one item; ``per_person_limit`` None means no limit."""

    offer_id: UUID
    merchant_id: UUID
    title_zh: str
    title_en: str
    points: int
    settlement_fen: int
    per_person_limit: int | None
    stock_total: int
    reversal_window_s: int
    state: str
    opens_at: datetime
    closes_at: datetime
    revision: int

    def is_on_sale(self, now: datetime) -> bool:
        return self.state == PUBLISHED and self.opens_at <= now < self.closes_at


def check_takeable(offer: Offer, *, quantity: int, taken: int, now: datetime) -> None:
    """Refuse an offer that this person may not have ``quantity`` more of now.

    ``taken`` is what the person already has of it, held ones included, reversed ones not.
    Raises OfferNotOnSale, PersonLimitReached.
    """
    assert quantity > 0, quantity
    if not offer.is_on_sale(now):
        raise OfferNotOnSale(
            f"{offer.title_en} is not on sale now. Show the person what else there is.",
            pointer="/offer_id",
            details={"opens_at": _utc(offer.opens_at), "closes_at": _utc(offer.closes_at)},
        )
    limit = offer.per_person_limit
    if limit is not None and taken + quantity > limit:
        raise PersonLimitReached(
            f"{offer.title_en} is limited to {limit} for each person;"
            f" {max(0, limit - taken)} more can be taken.",
            pointer="/quantity",
            details={"limit": limit, "left": max(0, limit - taken)},
        )


def split_stock(stock: int) -> list[int]:
    """A stock as stripes of nearly equal size; as many as items, up to ``MOST_STRIPES``."""
    assert stock >= 0, stock
    stripes = min(MOST_STRIPES, max(1, stock))
    each, rest = divmod(stock, stripes)
    return [each + (number < rest) for number in range(stripes)]


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
