"""Auction: one lot, sold whole to the highest bid by an English auction with open prices.

``STEPS`` is the whole life of an auction::

    bidding ─bid─▶ bidding                bidding ─withdraw─▶ withdrawn (before the first bid)
    bidding ─award─▶ awarded ─award─▶ awarded (the next bidder)
    bidding or awarded ─give_up─▶ unsold

Its terms are stated when it is opened and never change. A bid counts by the one clock of the
database, read while the listing is locked: from ``opens_at`` on, and before ``ends_at``. One in the
last ``extend_minutes`` moves ``ends_at`` by as many minutes, ``most_extensions`` times at the most,
so that the latest end is known from the beginning. Every bid is higher than the one before it by
the least raise: no two are equal, and the last one leads.

Whoever bid highest gets an ordinary trade at the price of that bid: ``AWARD``. When its time to pay
runs out the trade ends as ``expired``, and the lot goes to the next bidder at that one's own
highest bid, unless it is below the reserve price; or, where the terms do not pass it on, the
auction ends. Whatever else ends the trade ends the auction with it, and the seller has the units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.steps import Step
from behaviours.viewer import Viewer
from rewards.ledger.money import yuan
from rewards.registry.refusals import BuyerIsSeller
from rewards.registry.ties import OrganisationTies
from rewards.trading.listing import OfferedUnits
from rewards.trading.refusals import (
    AuctionHasBids,
    AuctionNotOpen,
    AuctionOver,
    AuctionTimesUnusable,
    BidderTied,
    BidTooLow,
    ReserveBelowMinimum,
)
from rewards.trading.trade import EXPIRED

BIDDING, AWARDED, UNSOLD, WITHDRAWN = STATES = ("bidding", "awarded", "unsold", "withdrawn")

BID: Final = "bid"
AWARD: Final = "award"
GIVE_UP: Final = "give_up"
WITHDRAW: Final = "withdraw"

STEPS: Final[Mapping[str, Step]] = {
    BID: Step((BIDDING,), BIDDING),
    AWARD: Step((BIDDING, AWARDED), AWARDED),
    GIVE_UP: Step((BIDDING, AWARDED), UNSOLD),
    WITHDRAW: Step((BIDDING,), WITHDRAWN),
}

# Why an auction ended without a sale.
NO_BID, RESERVE_NOT_MET, NOT_COVERED, NOT_PAID, CALLED_OFF = REASONS = (
    "no_bid",
    "reserve_not_met",
    "not_covered",
    "not_paid",
    "called_off",
)
# What it was awarded for came to nothing.
AFTER_AWARD: Final = (NOT_PAID, CALLED_OFF)

MOST_DAYS: Final = 90
MOST_MINUTES: Final = 60
MOST_EXTENSIONS: Final = 100


class AuctionTerms(NamedTuple):
    """As the seller states them when the auction is opened; prices are in fen for one tonne."""

    minimum_fen_per_tonne: int
    raise_fen_per_tonne: int
    # Below it nothing is sold; kept from bidders, who read that there is one. None: there is none.
    reserve_fen_per_tonne: int | None
    opens_at: datetime
    closes_at: datetime
    extend_minutes: int
    most_extensions: int
    passes_on: bool

    @property
    def latest_end(self) -> datetime:
        """Later than this no bid is taken, whatever was bid before."""
        return self.closes_at + self.most_extensions * self.extension

    @property
    def extension(self) -> timedelta:
        return timedelta(minutes=self.extend_minutes)

    @property
    def least_sold_for(self) -> int:
        """The least price at which the lot is sold, in fen for one tonne."""
        return max(self.minimum_fen_per_tonne, self.reserve_fen_per_tonne or 0)

    def check(self, now: datetime) -> None:
        """Whether an auction may be opened so; raises AuctionTimesUnusable, ReserveBelowMinimum."""
        if self.opens_at < now:
            raise AuctionTimesUnusable("past", pointer="/opens_at")
        if self.closes_at <= self.opens_at:
            raise AuctionTimesUnusable("order", pointer="/closes_at")
        if self.closes_at - now > timedelta(days=MOST_DAYS):
            raise AuctionTimesUnusable("far", pointer="/closes_at", days=MOST_DAYS)
        if self.least_sold_for > (self.reserve_fen_per_tonne or self.least_sold_for):
            raise ReserveBelowMinimum(pointer="/reserve")


class Bid(NamedTuple):
    """A binding offer for the whole lot; ``ends_at`` is the end of the auction after it."""

    listing_id: UUID
    number: int
    bidder_id: UUID
    price_fen_per_tonne: int
    made_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Auction:
    """One auction as it stands, known by its listing; a seller of None is the programme."""

    listing_id: UUID
    seller_id: UUID | None
    terms: AuctionTerms
    state: str
    ends_at: datetime
    extensions: int = 0
    bids: int = 0
    # The highest bid, who made it, and who led before: that one is told.
    highest_fen_per_tonne: int | None = None
    leader_id: UUID | None = None
    former_id: UUID | None = None
    # To how many bidders it was awarded, one after the other.
    awards: int = 0
    reason: str | None = None
    closed_at: datetime | None = None

    @property
    def least_fen_per_tonne(self) -> int:
        """The least that a bid must offer now."""
        if self.highest_fen_per_tonne is None:
            return self.terms.minimum_fen_per_tonne
        return self.highest_fen_per_tonne + self.terms.raise_fen_per_tonne

    @property
    def reserve_met(self) -> bool:
        """Whether the highest bid would buy the lot."""
        return (self.highest_fen_per_tonne or 0) >= self.terms.least_sold_for

    def has_ended(self, now: datetime) -> bool:
        """Whether it takes no more bids, whether or not that was written down."""
        return self.state != BIDDING or now >= self.ends_at

    def is_led_at(self, bidder_id: UUID, price_fen_per_tonne: int) -> bool:
        """Whether this very bid leads already: said again, it is the same bid."""
        return (self.leader_id, self.highest_fen_per_tonne) == (bidder_id, price_fen_per_tonne)

    def move(self, step: str, *, now: datetime, reason: str | None = None) -> Auction:
        """The auction after ``step``; raises AuctionOver."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise AuctionOver("already", state=self.state)
        is_over = leads_to in (UNSOLD, WITHDRAWN)
        return replace(self, state=leads_to, reason=reason, closed_at=now if is_over else None)

    def check_bidder(self, bidder_id: UUID, ties: OrganisationTies) -> None:
        """Neither the seller bids, nor who is tied to it: BuyerIsSeller, BidderTied.

        Of the programme's own units those are kept out who are tied to its operator.
        """
        if self.seller_id == bidder_id:
            raise BuyerIsSeller("order")
        tied = (
            ties.of_operator(bidder_id)
            if self.seller_id is None
            else bool(ties.between(self.seller_id, bidder_id))
        )
        if tied:
            raise BidderTied

    def bid(
        self, bidder_id: UUID, price_fen_per_tonne: int, *, now: datetime
    ) -> tuple[Auction, Bid]:
        """The auction after a bid, and the bid. Raises AuctionNotOpen, AuctionOver, BidTooLow."""
        if now < self.terms.opens_at:
            raise AuctionNotOpen(opens_at=self.terms.opens_at.isoformat())
        if self.has_ended(now):
            raise AuctionOver("ended", ended_at=self.ends_at.isoformat())
        if price_fen_per_tonne < self.least_fen_per_tonne:
            raise BidTooLow(pointer="/price", least=yuan(self.least_fen_per_tonne))
        is_late = now >= self.ends_at - self.terms.extension
        extends = is_late and self.extensions < self.terms.most_extensions
        led = replace(
            self.move(BID, now=now),
            ends_at=self.ends_at + self.terms.extension if extends else self.ends_at,
            extensions=self.extensions + extends,
            bids=self.bids + 1,
            highest_fen_per_tonne=price_fen_per_tonne,
            leader_id=bidder_id,
            former_id=self.leader_id,
        )
        made = Bid(
            self.listing_id, led.bids, bidder_id, price_fen_per_tonne, now, ends_at=led.ends_at
        )
        return led, made

    def withdraw(self, now: datetime) -> Auction:
        """The auction that its seller takes back; raises AuctionHasBids, AuctionOver."""
        if self.bids:
            raise AuctionHasBids
        return self.move(WITHDRAW, now=now)

    def award(self, now: datetime) -> Auction:
        """The auction after a bidder got the lot."""
        return replace(self.move(AWARD, now=now), awards=self.awards + 1)

    def next_of(self, ranked: Sequence[Bid], last_trade: str | None) -> Bid | str:
        """Who gets the lot now, or the reason for which nobody does.

        ``ranked`` is the highest bid of each bidder, the highest first; ``last_trade`` is the state
        of the trade of the last award, None before the first.
        """
        if last_trade is not None and last_trade != EXPIRED:
            return CALLED_OFF
        if last_trade is not None and not self.terms.passes_on:
            return NOT_PAID
        found = ranked[self.awards] if self.awards < len(ranked) else None
        if found is not None and found.price_fen_per_tonne >= self.terms.least_sold_for:
            return found
        if self.awards:
            return NOT_PAID
        return RESERVE_NOT_MET if self.bids else NO_BID


class SeenAuction(NamedTuple):
    """An auction as bidders read it, with the listing that it is of."""

    offered: OfferedUnits
    auction: Auction


def opened(
    listing_id: UUID, seller_id: UUID | None, terms: AuctionTerms, *, now: datetime
) -> Auction:
    """A new auction; raises as ``AuctionTerms.check``."""
    terms.check(now)
    return Auction(listing_id, seller_id, terms, BIDDING, terms.closes_at)


def names_bidder(bid: Bid, viewer: Viewer) -> bool:
    """Who answers for the programme reads who bid, and each bidder what it bid itself."""
    return viewer.sees_all or viewer.tenant_id == bid.bidder_id
