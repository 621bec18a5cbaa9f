"""The stock of an offer, in stripes: many tills take from it without waiting for one another."""

from __future__ import annotations

from typing import Final

from rewards.redemption.kinds import VOUCHER
from rewards.redemption.offer import Offer
from rewards.redemption.refusals import OutOfStock

# More rows than this help nobody; fewer than items would leave the last item alone in a row.
MOST_STRIPES: Final = 16


def split_stock(stock: int) -> list[int]:
    """A stock as stripes of nearly equal size; as many as items, up to ``MOST_STRIPES``."""
    assert stock >= 0, stock
    stripes = min(MOST_STRIPES, max(1, stock))
    each, rest = divmod(stock, stripes)
    return [each + (number < rest) for number in range(stripes)]


def open_stripes(offer: Offer) -> list[int]:
    """The stripes of a new offer; a pool of codes, filled later, has as many as help."""
    if offer.kind == VOUCHER:
        return [0] * MOST_STRIPES
    return split_stock(offer.stock_total)


def check_stocked(offer: Offer, *, quantity: int, left: int) -> None:
    """Refuse to sell more than is left. Raises OutOfStock."""
    if left < quantity:
        raise OutOfStock(
            "few_left" if left else "sold_out",
            pointer="/quantity" if left else "/offer_id",
            left=left,
            title=offer.title,
        )
