"""Trade: an order on a listing, from its reservation to the delivery against the money.

``STEPS`` is the whole life of a trade: each step says from which state it leads to which, and which
party may take it::

    reserved ─pay─▶ paid ─confirm─▶ delivered
    reserved ─expire─▶ expired               reserved or paid ─cancel─▶ cancelled
    paid ─expire─▶ unconfirmed ─refund─▶ refunded
                   unconfirmed ─miss─▶ not_received

Once nobody confirmed a payment in the time that the programme gives, its units go back and the
payment stays on record: ``unconfirmed`` until the seller says what became of the money.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.viewer import Viewer
from rewards.registry.counterparty import Counterparty
from rewards.registry.ties import OrganisationTies
from rewards.trading.listing import AUCTION, Listing
from rewards.trading.refusals import (
    BidIsBinding,
    ConfirmWindowOver,
    ExchangeIsParty,
    ExchangeTied,
    ExchangeUnknown,
    PayWindowOver,
    TradeStateConflict,
    UnknownTrade,
)
from rewards.trading.terms import TradeTerms

RESERVED, PAID, DELIVERED, EXPIRED, CANCELLED, UNCONFIRMED, REFUNDED, NOT_RECEIVED = STATES = (
    "reserved",
    "paid",
    "delivered",
    "expired",
    "cancelled",
    "unconfirmed",
    "refunded",
    "not_received",
)
# Not over: somebody waits for the units, or for the money.
OPEN: Final = (RESERVED, PAID, UNCONFIRMED)
# Units are kept for it, or were delivered.
HOLDS_UNITS: Final = (RESERVED, PAID, DELIVERED)
# What was said of the money of a trade that nobody confirmed.
CLEARED: Final = (REFUNDED, NOT_RECEIVED)
# Nobody confirmed its payment in time.
AFTER_NO_WORD: Final = (UNCONFIRMED, *CLEARED)
# Its payment pays no other trade.
PAYMENT_KEPT: Final = (PAID, DELIVERED, UNCONFIRMED, REFUNDED)
# The payment is free for another trade: it was called off, or never came.
FREES_PAYMENT: Final = (CANCELLED, NOT_RECEIVED)

PAY: Final = "pay"
CONFIRM: Final = "confirm"
EXPIRE: Final = "expire"
CANCEL: Final = "cancel"
REFUND: Final = "refund"
MISS: Final = "miss"
# By what a seller says of the money.
OUTCOMES: Final[Mapping[str, str]] = {REFUNDED: REFUND, NOT_RECEIVED: MISS}

OPERATOR: Final = "operator"
EXCHANGE: Final = "exchange"


class Party(Enum):
    """On which side of a trade somebody stands."""

    BUYER = "buyer"
    SELLER = "seller"
    # Stands between the two and settles any trade.
    EXCHANGE = "exchange"
    # Nobody: the time that the programme gives is over.
    TIME = "time"


class TradeStep(NamedTuple):
    """Where a step leads, and which parties may take it."""

    leads_to: str
    by: frozenset[Party]


_SETTLES: Final = frozenset({Party.SELLER, Party.EXCHANGE})
# (step, the state it starts from): the state it ends in, and who may take it.
STEPS: Final[Mapping[tuple[str, str], TradeStep]] = {
    (PAY, RESERVED): TradeStep(PAID, frozenset({Party.BUYER})),
    (CONFIRM, PAID): TradeStep(DELIVERED, _SETTLES),
    (CANCEL, RESERVED): TradeStep(CANCELLED, _SETTLES | {Party.BUYER}),
    (CANCEL, PAID): TradeStep(CANCELLED, _SETTLES),
    (EXPIRE, RESERVED): TradeStep(EXPIRED, frozenset({Party.TIME})),
    (EXPIRE, PAID): TradeStep(UNCONFIRMED, frozenset({Party.TIME})),
    (REFUND, UNCONFIRMED): TradeStep(REFUNDED, _SETTLES),
    (MISS, UNCONFIRMED): TradeStep(NOT_RECEIVED, _SETTLES),
}


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade as it stands; a seller of None is the programme itself."""

    trade_id: UUID
    listing_id: UUID
    seller_id: UUID | None
    buyer_id: UUID
    quantity_t: int
    amount_fen: int
    state: str
    payment_reference: str | None
    ordered_at: datetime
    pay_until: datetime
    paid_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    # Where it was closed, if it says so, and what ties that one to a side, as was stated.
    exchange_id: UUID | None = None
    exchange_tie: str | None = None
    # When a payment that nobody confirmed is said aloud, and was; and when it ends the trade.
    look_by: datetime | None = None
    alarmed_at: datetime | None = None
    confirm_by: datetime | None = None
    # What became of the money that nobody confirmed, in the seller's words.
    cleared_at: datetime | None = None
    clearing: str | None = None

    @property
    def sides(self) -> frozenset[UUID]:
        """The organisations between which it is; the programme is none."""
        return frozenset(each for each in (self.seller_id, self.buyer_id) if each)

    @property
    def named(self) -> frozenset[UUID]:
        """Everybody whom it names: its sides, and the exchange at which it was closed."""
        return self.sides | ({self.exchange_id} if self.exchange_id else frozenset())

    def parties(self, viewer: Viewer, *, kind: str | None) -> frozenset[Party]:
        """On which sides ``viewer`` stands, whose organisation is of ``kind`` (None: of none).

        The seller of what the programme sells is any of its operators. A trade that was closed at
        an exchange is settled by that one; one that names none, by any.
        """
        sides = {
            Party.BUYER: viewer.tenant_id == self.buyer_id,
            Party.SELLER: viewer.role == OPERATOR
            if self.seller_id is None
            else viewer.tenant_id == self.seller_id,
            Party.EXCHANGE: kind == EXCHANGE and self.exchange_id in (None, viewer.tenant_id),
        }
        return frozenset(party for party, stands in sides.items() if stands)

    def is_shown_to(self, viewer: Viewer, parties: frozenset[Party]) -> bool:
        """Its parties see a trade, and who answers for the programme."""
        return viewer.sees_all or bool(parties)

    @property
    def payment_key(self) -> str | None:
        """The payment in its one spelling, while it is kept for this trade: it pays no other."""
        if self.payment_reference is None or self.state in FREES_PAYMENT:
            return None
        return normal_payment_reference(self.payment_reference)

    def has_lapsed(self, now: datetime) -> bool:
        """Whether the time to pay, or to confirm, is over, whether or not that was written down."""
        ends_at = self.ends_at
        return ends_at is not None and ends_at <= now

    @property
    def ends_at(self) -> datetime | None:
        """When it ends by itself if nothing is done; None: never."""
        if self.state == RESERVED:
            return self.pay_until
        return self.confirm_by if self.state == PAID else None

    @property
    def waits_since(self) -> datetime:
        """Since when it waits for money, or for word of it; of one that is open."""
        assert self.state in OPEN, "what is over waits for nothing"
        if self.state == RESERVED:
            return self.ordered_at
        since = self.paid_at if self.state == PAID else self.closed_at
        assert since is not None, "what was paid, or ended, has its moment"
        return since

    def move(
        self,
        step: str,
        by: frozenset[Party],
        *,
        now: datetime,
        payment_reference: str | None = None,
    ) -> Trade:
        """The trade after ``step``, taken by somebody who stands on these sides.

        Raises UnknownTrade for whom the step is not there in any state, PayWindowOver,
        ConfirmWindowOver, TradeStateConflict.
        """
        needed = [state for (named, state), each in STEPS.items() if named == step and each.by & by]
        if not needed:
            raise UnknownTrade("trade")
        if step == PAY and (self.state == EXPIRED or self.has_lapsed(now)):
            raise PayWindowOver(pay_until=self.pay_until.isoformat())
        if step in (CONFIRM, CANCEL) and self.state == PAID and self.has_lapsed(now):
            assert self.confirm_by is not None, "only what has an end has lapsed"
            raise ConfirmWindowOver(confirm_by=self.confirm_by.isoformat())
        if self.state not in needed:
            raise TradeStateConflict(state=self.state, needed=needed)
        state = STEPS[step, self.state].leads_to
        return replace(
            self,
            state=state,
            payment_reference=payment_reference or self.payment_reference,
            paid_at=now if state == PAID else self.paid_at,
            delivered_at=now if state == DELIVERED else self.delivered_at,
            closed_at=None if state == PAID else self.closed_at if state in CLEARED else now,
        )

    def pay(
        self, by: frozenset[Party], reference: str, *, terms: TradeTerms, now: datetime
    ) -> Trade:
        """The trade after its buyer said that it was paid; raises as ``move``."""
        paid = self.move(PAY, by, now=now, payment_reference=reference)
        return replace(paid, look_by=terms.look_by(now), confirm_by=terms.confirm_by(now))

    def expire(self, now: datetime) -> Trade:
        """The trade after its time to pay, or to confirm, ran out.

        Of a payment that nobody confirmed somebody is told, whatever was said before.
        """
        assert self.has_lapsed(now), "only time that is over ends a trade"
        ended = self.move(EXPIRE, frozenset({Party.TIME}), now=now)
        if ended.state == UNCONFIRMED:
            return replace(ended, look_by=now, alarmed_at=None)
        return ended

    def clear(self, outcome: str, by: frozenset[Party], words: str, *, now: datetime) -> Trade:
        """The trade after its seller said what became of the money; raises as ``move``.

        ``words`` name the payment back, or where the money was looked for.
        """
        return replace(self.move(OUTCOMES[outcome], by, now=now), cleared_at=now, clearing=words)


class SoughtTrades(NamedTuple):
    """Which of the trades that wait for money; None is all."""

    state: str | None = None
    alarmed: bool | None = None


class SeenTrade(NamedTuple):
    """A trade as it is read, with its sides as they stand; a seller of None is the programme, an
    exchange of None is none."""

    trade: Trade
    seller: Counterparty | None
    buyer: Counterparty
    exchange: Counterparty | None = None

    @classmethod
    def of(cls, trade: Trade, standings: Mapping[UUID, Counterparty]) -> SeenTrade:
        """Of standings of everybody whom it names."""
        seller, exchange = (
            standings[each] if each else None for each in (trade.seller_id, trade.exchange_id)
        )
        return cls(trade, seller, standings[trade.buyer_id], exchange)


class ClosedAt(NamedTuple):
    """The exchange at which a trade was closed; ``tie`` is what ties it to a side, as is stated."""

    exchange_id: UUID
    tie: str | None = None

    def check(self, kind: str | None, sides: Collection[UUID], ties: OrganisationTies) -> None:
        """Whether a trade between ``sides`` may name it, an organisation of ``kind`` (None: it was
        never admitted).

        Raises ExchangeUnknown, ExchangeIsParty, and ExchangeTied for a tie that is not stated.
        """
        if kind != EXCHANGE:
            raise ExchangeUnknown(pointer="/exchange_id")
        if self.exchange_id in sides:
            raise ExchangeIsParty(pointer="/exchange_id")
        tied = [each for each in sorted(sides) if ties.between(self.exchange_id, each)]
        if tied and self.tie is None:
            raise ExchangeTied(
                pointer="/exchange_tie", tied_to=[f"org_{each.hex}" for each in tied]
            )


def order(
    listing: Listing,
    trade_id: UUID,
    *,
    buyer_id: UUID,
    quantity_t: int,
    terms: TradeTerms,
    now: datetime,
    closed_at: ClosedAt | None = None,
    price_fen_per_tonne: int | None = None,
) -> Trade:
    """A new trade: tonnes of ``listing`` are reserved for ``buyer_id``.

    At the price of the listing, or at the one that was bid.
    """
    return Trade(
        trade_id,
        listing.listing_id,
        listing.seller_id,
        buyer_id,
        quantity_t,
        quantity_t * (price_fen_per_tonne or listing.price_fen_per_tonne),
        RESERVED,
        None,
        now,
        terms.pay_until(now),
        exchange_id=closed_at.exchange_id if closed_at else None,
        exchange_tie=closed_at.tie if closed_at else None,
    )


def settled_elsewhere(ordered: Trade, reference: str, *, now: datetime) -> Trade:
    """A trade that an exchange made and settled: paid and delivered in the moment it is told."""
    return replace(
        ordered,
        state=DELIVERED,
        payment_reference=reference,
        paid_at=now,
        delivered_at=now,
        closed_at=now,
    )


def check_call_off(listing: Listing, by: frozenset[Party]) -> None:
    """Whether these sides may call a trade off; whoever won an auction bid, and may not."""
    if listing.kind == AUCTION and Party.BUYER in by:
        raise BidIsBinding


def seller_of(viewer: Viewer) -> UUID | None:
    """For whom somebody sells: an operator for the programme, which is None."""
    return None if viewer.role == OPERATOR else viewer.tenant_id


def normal_payment_reference(text: str) -> str:
    """A payment's reference as a bank would know it again: NFKC, one case, letters and digits.

    Digits of every script are digits.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(str(unicodedata.decimal(each, "")) or each for each in folded if each.isalnum())
    return kept or folded
