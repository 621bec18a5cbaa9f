"""Negotiation: a price that two agree on, word by word: one offers, the other answers.

``STEPS`` is the whole life of a negotiation; whose turn it is follows from its state::

    offered ─counter─▶ countered ─counter─▶ offered      the buyer's turn, then the seller's
    offered or countered ─accept─▶ accepted              by whose turn it is
    offered or countered ─refuse─▶ refused               by whose turn it is
    offered or countered ─withdraw─▶ withdrawn           by who spoke last
    offered or countered ─lapse─▶ lapsed                 by time: what was said last is over

Nothing is reserved before an acceptance: the same units may be offered to several, and the first
who accepts has them; a later acceptance is refused by what is missing then. What was accepted is
an ordinary trade, whose units are free again for the seller if it comes to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.viewer import Viewer
from rewards.registry.counterparty import Counterparty
from rewards.registry.receiver import ENTERPRISE
from rewards.registry.refusals import BuyerIsSeller, UnknownReceiver
from rewards.trading.refusals import (
    NegotiationClosed,
    NotYourTurn,
    OfferLapsed,
    UnknownTrade,
    ValidityUnusable,
)
from rewards.trading.trade import OPERATOR, Party

OFFERED, COUNTERED, ACCEPTED, REFUSED, WITHDRAWN, LAPSED = STATES = (
    "offered",
    "countered",
    "accepted",
    "refused",
    "withdrawn",
    "lapsed",
)
# Somebody's answer is waited for.
OPEN: Final = (OFFERED, COUNTERED)

COUNTER: Final = "counter"
ACCEPT: Final = "accept"
REFUSE: Final = "refuse"
WITHDRAW: Final = "withdraw"
LAPSE: Final = "lapse"


class NegotiationStep(NamedTuple):
    """Where a step leads, and who may take it."""

    leads_to: str
    by: Party


STEPS: Final[Mapping[tuple[str, str], NegotiationStep]] = {
    (COUNTER, OFFERED): NegotiationStep(COUNTERED, Party.BUYER),
    (COUNTER, COUNTERED): NegotiationStep(OFFERED, Party.SELLER),
    (ACCEPT, OFFERED): NegotiationStep(ACCEPTED, Party.BUYER),
    (ACCEPT, COUNTERED): NegotiationStep(ACCEPTED, Party.SELLER),
    (REFUSE, OFFERED): NegotiationStep(REFUSED, Party.BUYER),
    (REFUSE, COUNTERED): NegotiationStep(REFUSED, Party.SELLER),
    (WITHDRAW, OFFERED): NegotiationStep(WITHDRAWN, Party.SELLER),
    (WITHDRAW, COUNTERED): NegotiationStep(WITHDRAWN, Party.BUYER),
    (LAPSE, OFFERED): NegotiationStep(LAPSED, Party.TIME),
    (LAPSE, COUNTERED): NegotiationStep(LAPSED, Party.TIME),
}

MOST_DAYS: Final = 90


class PriceOffer(NamedTuple):
    """What one side offers: tonnes, a price for one of them in fen, and until when it stands."""

    quantity_t: int
    price_fen_per_tonne: int
    valid_until: datetime

    def check(self, now: datetime) -> None:
        """Whether it may be said now; raises ValidityUnusable."""
        if self.valid_until <= now:
            raise ValidityUnusable("past", pointer="/valid_until")
        if self.valid_until - now > timedelta(days=MOST_DAYS):
            raise ValidityUnusable("far", pointer="/valid_until", days=MOST_DAYS)


class Round(NamedTuple):
    """One word of a negotiation, by the seller or by the buyer."""

    negotiation_id: UUID
    number: int
    by_seller: bool
    proposal: PriceOffer
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Negotiation:
    """One negotiation as it stands; a seller of None is the programme itself."""

    negotiation_id: UUID
    seller_id: UUID | None
    buyer_id: UUID
    block_id: UUID
    # What was said last.
    proposal: PriceOffer
    state: str
    rounds: int
    made_at: datetime
    closed_at: datetime | None = None
    # What came of it.
    trade_id: UUID | None = None

    @property
    def named(self) -> frozenset[UUID]:
        """The organisations between which it is; the programme is none."""
        return frozenset(each for each in (self.seller_id, self.buyer_id) if each)

    @property
    def last_round(self) -> Round:
        """What was said last, as it is kept."""
        by_seller = self.rounds % 2 == 1
        return Round(self.negotiation_id, self.rounds, by_seller, self.proposal, self.made_at)

    def has_lapsed(self, now: datetime) -> bool:
        """Whether what was said last is over, whether or not that was written down."""
        return self.state in OPEN and self.proposal.valid_until <= now

    def side_of(self, viewer: Viewer) -> Party | None:
        """On which side ``viewer`` stands; for the programme any of its operators."""
        if viewer.tenant_id == self.buyer_id:
            return Party.BUYER
        sells = (
            viewer.role == OPERATOR
            if self.seller_id is None
            else viewer.tenant_id == self.seller_id
        )
        return Party.SELLER if sells else None

    def move(self, step: str, by: Party | None, *, now: datetime) -> Negotiation:
        """The negotiation after ``step``, taken by one side, or by time.

        Raises UnknownTrade for whom it is not there, NegotiationClosed, OfferLapsed, NotYourTurn.
        """
        if by is None:
            raise UnknownTrade("negotiation")
        if self.state not in OPEN:
            raise NegotiationClosed(state=self.state)
        if by is not Party.TIME and self.has_lapsed(now):
            raise OfferLapsed(valid_until=self.proposal.valid_until.isoformat())
        found = STEPS[step, self.state]
        if found.by is not by:
            raise NotYourTurn("answer" if step == WITHDRAW else "wait")
        is_over = found.leads_to not in OPEN
        return replace(self, state=found.leads_to, closed_at=now if is_over else None)

    def counter(
        self, by: Party | None, proposal: PriceOffer, *, now: datetime
    ) -> tuple[Negotiation, Round]:
        """The negotiation after another proposal; raises as ``move``, and ValidityUnusable."""
        moved = replace(self.move(COUNTER, by, now=now), proposal=proposal, rounds=self.rounds + 1)
        proposal.check(now)
        return moved, moved.last_round._replace(said_at=now)

    def accept(self, by: Party | None, trade_id: UUID, *, now: datetime) -> Negotiation:
        """The negotiation that came to a trade; raises as ``move``."""
        return replace(self.move(ACCEPT, by, now=now), trade_id=trade_id)


class SeenNegotiation(NamedTuple):
    """A negotiation as its sides read it; a seller of None is the programme."""

    negotiation: Negotiation
    seller: Counterparty | None
    buyer: Counterparty

    @classmethod
    def of(cls, found: Negotiation, standings: Mapping[UUID, Counterparty]) -> SeenNegotiation:
        """Of standings of everybody whom it names."""
        seller = standings[found.seller_id] if found.seller_id else None
        return cls(found, seller, standings[found.buyer_id])


def offer(
    negotiation_id: UUID,
    *,
    seller_id: UUID | None,
    buyer_id: UUID,
    buyer_kind: str | None,
    block_id: UUID,
    proposal: PriceOffer,
    now: datetime,
) -> Negotiation:
    """A new negotiation; ``buyer_kind`` None: there is no organisation of this id.

    Raises BuyerIsSeller, UnknownReceiver, ValidityUnusable.
    """
    if buyer_id == seller_id:
        raise BuyerIsSeller("transfer", pointer="/buyer_id")
    if buyer_kind != ENTERPRISE:
        raise UnknownReceiver(pointer="/buyer_id")
    proposal.check(now)
    return Negotiation(
        negotiation_id, seller_id, buyer_id, block_id, proposal, OFFERED, rounds=1, made_at=now
    )
