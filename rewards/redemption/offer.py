"""An offer: what a merchant gives for points, when, to whom how often, and with what undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from rewards.redemption.refusals import (
    OfferDatesWrong,
    OfferNotDraft,
    OfferNotOnSale,
    OutOfStock,
    PersonLimitReached,
)

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
CLOSED: Final = "closed"

# What a merchant may make of an offer in each state, and what may change after publication.
DRAFT_STATES: Final = (DRAFT, CLOSED)
PUBLISHED_STATES: Final = (PUBLISHED, CLOSED)
CHANGEABLE: Final = frozenset({"title_zh", "title_en", "stock_total", "closes_at", "state"})

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
            details={"opens_at": offer.opens_at, "closes_at": offer.closes_at},
        )
    limit = offer.per_person_limit
    if limit is not None and taken + quantity > limit:
        raise PersonLimitReached(
            f"{offer.title_en} is limited to {limit} for each person;"
            f" {max(0, limit - taken)} more can be taken.",
            pointer="/quantity",
            details={"limit": limit, "left": max(0, limit - taken)},
        )


def check_dates(offer: Offer, *, now: datetime) -> None:
    """Refuse an offer that closes before it opens, or that is over. Raises OfferDatesWrong."""
    if offer.closes_at <= offer.opens_at:
        raise OfferDatesWrong("closes_at must be after opens_at.", pointer="/closes_at")
    if offer.closes_at <= now:
        raise OfferDatesWrong(
            "closes_at is over already. Choose a time to come.", pointer="/closes_at"
        )


def change(offer: Offer, changes: Mapping[str, Any], *, now: datetime) -> Offer:
    """The offer with ``changes``, as its next revision; unchanged when nothing differs.

    What people could rely on stays once it is published: price, settlement, limit and window.
    Raises OfferNotDraft, OfferDatesWrong.
    """
    changed = replace(offer, **changes)
    if changed == offer:
        return offer
    if offer.state == CLOSED:
        raise OfferNotDraft("This offer is closed and stays so. Draft a new one.")
    allowed = DRAFT_STATES if offer.state == DRAFT else PUBLISHED_STATES
    if changed.state not in allowed:
        raise OfferNotDraft(
            "A merchant can close an offer; an operator publishes it.", pointer="/state"
        )
    fixed = [
        name
        for name in (field.name for field in fields(Offer))
        if getattr(changed, name) != getattr(offer, name) and name not in CHANGEABLE
    ]
    if offer.state == PUBLISHED and fixed:
        raise OfferNotDraft(
            f"{', '.join(fixed)} cannot change after publication: people may rely on it."
            " Close this offer and draft a new one.",
            pointer=f"/{fixed[0]}",
        )
    if changed.state != CLOSED:
        check_dates(changed, now=now)
    return replace(changed, revision=offer.revision + 1)


def check_stocked(offer: Offer, *, quantity: int, left: int) -> None:
    """Refuse to sell more than is left. Raises OutOfStock."""
    if left < quantity:
        raise OutOfStock(
            f"{offer.title_en} is sold out."
            if left == 0
            else f"Only {left} of {offer.title_en} are left.",
            pointer="/quantity" if left else "/offer_id",
            details={"left": left},
        )


def split_stock(stock: int) -> list[int]:
    """A stock as stripes of nearly equal size; as many as items, up to ``MOST_STRIPES``."""
    assert stock >= 0, stock
    stripes = min(MOST_STRIPES, max(1, stock))
    each, rest = divmod(stock, stripes)
    return [each + (number < rest) for number in range(stripes)]
