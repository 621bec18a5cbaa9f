"""Listing: tonnes of one block for sale: at a price, to the highest bid, as two agreed, or at an
exchange.

``STEPS`` is the whole life of a listing::

    open ─order─▶ open       open ─sell_out─▶ sold_out       open ─close─▶ closed
    open or sold_out ─offer_again─▶ open
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.steps import Step
from rewards.registry.counterparty import Counterparty
from rewards.registry.refusals import BuyerIsSeller
from rewards.trading.refusals import ListingAtExchange, ListingClosed, ListingIsAuction

OPEN: Final = "open"
SOLD_OUT: Final = "sold_out"
CLOSED: Final = "closed"
STATES: Final = (OPEN, CLOSED, SOLD_OUT)

# How its price is found; an auction's ``price_fen_per_tonne`` is its least bid.
PRICED: Final = "priced"
AUCTION: Final = "auction"
# As two agreed: it is closed from the beginning, so that nobody else orders of it.
NEGOTIATED: Final = "negotiated"
# At an exchange, whose file settles it; its ``price_fen_per_tonne`` is the least that is taken.
AT_EXCHANGE: Final = "exchange"
KINDS: Final = (PRICED, AUCTION, NEGOTIATED, AT_EXCHANGE)

ORDER: Final = "order"
SELL_OUT: Final = "sell_out"
OFFER_AGAIN: Final = "offer_again"
CLOSE: Final = "close"


STEPS: Final[Mapping[str, Step]] = {
    ORDER: Step((OPEN,), OPEN),
    SELL_OUT: Step((OPEN,), SOLD_OUT),
    OFFER_AGAIN: Step((OPEN, SOLD_OUT), OPEN),
    CLOSE: Step((OPEN,), CLOSED),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing as it stands; a seller of None is the programme itself."""

    listing_id: UUID
    seller_id: UUID | None
    block_id: UUID
    quantity_t: int
    remaining_t: int
    price_fen_per_tonne: int
    state: str
    created_at: datetime
    closed_at: datetime | None = None
    kind: str = PRICED

    @property
    def is_closed(self) -> bool:
        """Whether the seller took the rest back: what returns now is the seller's again."""
        return self.state == CLOSED

    def move(self, step: str, *, now: datetime, remaining_t: int | None = None) -> Listing:
        """The listing after ``step``, with ``remaining_t`` left (None: as many as before).

        Raises ListingClosed.
        """
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise ListingClosed("already", state=self.state)
        return replace(
            self,
            state=leads_to,
            remaining_t=self.remaining_t if remaining_t is None else remaining_t,
            closed_at=None if leads_to == OPEN else now,
        )

    def check_order(self, buyer_id: UUID) -> None:
        """Whether ``buyer_id`` may order of it; raises ListingIsAuction, ListingAtExchange,
        BuyerIsSeller, ListingClosed."""
        if self.kind == AUCTION:
            raise ListingIsAuction
        if self.kind == AT_EXCHANGE:
            raise ListingAtExchange("order")
        if self.seller_id == buyer_id:
            raise BuyerIsSeller("order")
        if self.is_closed:
            raise ListingClosed("over", state=self.state)

    def take(self, quantity_t: int, *, now: datetime) -> Listing:
        """After an order of tonnes that it still offers."""
        left_t = self.remaining_t - quantity_t
        assert left_t >= 0, "no more is sold than is offered"
        return self.move(ORDER if left_t else SELL_OUT, now=now, remaining_t=left_t)

    def offer_again(self, quantity_t: int, *, now: datetime) -> Listing:
        """After an order of it came to nothing."""
        return self.move(OFFER_AGAIN, now=now, remaining_t=self.remaining_t + quantity_t)


class OfferedUnits(NamedTuple):
    """A listing as buyers read it: with who sells and where the units come from."""

    listing: Listing
    # None: the programme itself.
    seller: Counterparty | None
    bundle_id: UUID
    methodology: str | None
    vintage: int
    unit_class: str
