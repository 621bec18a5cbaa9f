"""How many of an offer are sold in one civil day, and handed over in one store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from behaviours.refusal import Conflict
from rewards.redemption.offer import Offer
from rewards.redemption.purchase import NO_STORE
from rewards.redemption.redemption import Redemption


class DayStockGone(Conflict):
    """The offer's items of this day are gone; tomorrow there are others."""


class StoreStockGone(Conflict):
    """The offer's items for this store are gone; another store may have some."""


@dataclass(frozen=True, slots=True)
class SaleCount:
    """Under which day and which store items are counted; None: under none."""

    offer: Offer
    day: date | None
    store_no: str | None

    @property
    def any(self) -> bool:
        """Whether anything is counted at all: of most offers nothing is."""
        return self.day is not None or self.store_no is not None

    def check_day(self, quantity: int, taken: int) -> None:
        """Raises DayStockGone."""
        most = self.offer.stock_per_day
        if self.day is not None and most is not None and taken + quantity > most:
            left = max(0, most - taken)
            raise DayStockGone(pointer="/quantity", most=most, left=left, title=self.offer.title)

    def check_store(self, quantity: int, taken: int) -> None:
        """Raises StoreStockGone."""
        most = self.offer.stock_per_store
        if self.store_no is not None and most is not None and taken + quantity > most:
            left = max(0, most - taken)
            raise StoreStockGone(pointer="/store_id", most=most, left=left, title=self.offer.title)


def counted(offer: Offer, redemption: Redemption, today: date, *, is_new: bool) -> SaleCount:
    """What a sale counts under: the day on which it was bought, the store that handed it over.

    ``is_new`` False: it was bought before, and is only fetched now.
    """
    limited = offer.stock_per_day is not None and is_new
    in_store = offer.stock_per_store is not None and redemption.store_id != NO_STORE
    return SaleCount(offer, today if limited else None, redemption.store_id if in_store else None)
