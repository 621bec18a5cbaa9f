"""Auctions of units: opened, bid in and settled, through the use cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock, StandingClock
from app.usecases.trading.open_auction import open_auction
from app.usecases.trading.place_bid import place_bid
from app.usecases.trading.settle_auctions import settle_auctions
from app.wiring import Wiring
from rewards.trading.auction import AuctionTerms, Bid
from tests.builders.market import NOW, PV, issued, pooled_pv, rows, run
from tests.builders.selling import programme_block
from tests.builders.viewers import seller as seller_viewer

END = NOW + timedelta(hours=2)


def auction_terms(**changes: Any) -> AuctionTerms:
    """From 50 yuan on, by at least a yuan more, for two hours; extended twice by five minutes."""
    terms = AuctionTerms(
        minimum_fen_per_tonne=5_000,
        raise_fen_per_tonne=100,
        reserve_fen_per_tonne=None,
        opens_at=NOW,
        closes_at=END,
        extend_minutes=5,
        most_extensions=2,
        passes_on=True,
    )
    return terms._replace(**changes)


def an_auction(
    wiring: Wiring,
    *,
    tonnes: int = 3,
    block_id: UUID | None = None,
    seller: UUID | None = None,
    at: datetime = NOW,
    **terms: Any,
) -> UUID:
    """The listing of an auction; of a fresh bundle of the programme's, unless a block is named."""
    if block_id is None:
        pooled_pv(wiring, people=1, kwh=str(tonnes * 2000))
        block_id = programme_block(wiring, issued(wiring, methodology=PV))
    seen = run(
        wiring,
        open_auction,
        block_id,
        quantity_t=tonnes,
        terms=auction_terms(**terms),
        viewer=seller_viewer(seller),
        clock=StandingClock(at),
    )
    return seen.auction.listing_id


def bid(
    wiring: Wiring,
    listing_id: UUID,
    bidder: UUID,
    fen: int,
    *,
    at: datetime = NOW,
    clock: Clock | None = None,
) -> Bid:
    made: Bid = run(
        wiring,
        place_bid,
        listing_id,
        bidder_id=bidder,
        price_fen_per_tonne=fen,
        clock=clock or StandingClock(at),
    )
    return made


def settle(wiring: Wiring, at: datetime) -> int:
    """Settle what is over at this moment; how many were looked at."""
    return run(wiring, settle_auctions, terms=wiring.trade_terms, clock=StandingClock(at))


def auction_row(wiring: Wiring, listing_id: UUID) -> dict[str, Any]:
    """The auction as it stands, beside the state of its listing."""
    (row,) = rows(
        wiring,
        "select a.*, l.state as listing_state, l.remaining_t from auction a"
        " join listing l using (listing_id) where listing_id = :id",
        id=listing_id,
    )
    return row


def trades_of(wiring: Wiring, listing_id: UUID) -> list[dict[str, Any]]:
    """The trades of a lot, in the order of the awards."""
    return rows(
        wiring,
        "select t.* from trade t join auction_award w using (trade_id)"
        " where w.listing_id = :id order by w.bid_number desc",
        id=listing_id,
    )
