"""An auction's lot goes to the highest bid that was in time; nothing is sold twice.

The audit derives it apart, in its lines ``auction_bids`` and ``auctions``.
"""

from __future__ import annotations

import secrets
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from tests.builders.auctions import END, an_auction, auction_row, bid, settle, trades_of
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, numbers_are_conserved, shut
from tests.builders.market import NOW, run
from tests.builders.people import an_organisation
from tests.builders.viewers import OPERATOR, enterprise

__all__ = ["market", "numbers_are_conserved", "shut"]

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def bought(wiring: Wiring, trade: dict[str, Any], at: Any) -> None:
    """The winner pays, and the programme delivers."""
    run(
        wiring,
        pay_trade,
        trade["trade_id"],
        payment_reference=secrets.token_hex(8),
        terms=wiring.trade_terms,
        viewer=enterprise(trade["buyer_id"]),
        clock=StandingClock(at),
    )
    run(wiring, confirm_trade, trade["trade_id"], viewer=OPERATOR, clock=StandingClock(at))


def sold_to_the_second(wiring: Wiring) -> tuple[UUID, list[UUID]]:
    """(listing, bidders) of an auction whose winner did not pay, and whose next bidder did."""
    listing_id = an_auction(wiring, reserve_fen_per_tonne=5_500)
    first, second, third = (an_organisation(wiring, "enterprise") for _ in range(3))
    for each, fen in ((first, 5_000), (second, 5_600), (third, 6_000)):
        bid(wiring, listing_id, each, fen)
    settle(wiring, END)
    lapsed = trades_of(wiring, listing_id)[0]["pay_until"]
    run(wiring, expire_trades, now=lapsed)
    settle(wiring, lapsed)
    bought(wiring, trades_of(wiring, listing_id)[1], lapsed)
    return listing_id, [first, second, third]


def test_the_audit_sees_a_bid_or_an_award_that_cannot_have_been(market: Wiring) -> None:
    listing_id, (first, _, _) = sold_to_the_second(market)
    won, last = trades_of(market, listing_id)
    bids, awards, stated = (
        f"update {table}" for table in ("auction_bid", "auction_award", "auction_terms")
    )
    amounts = ["trade_deliveries", "auctions"]
    assert_each_is_seen(
        market,
        {
            "select 1": [],
            f"{bids} set made_at = '{END}' where number = 3": ["auction_bids"],
            f"{bids} set made_at = '{NOW}'::timestamptz - interval '1 s' where number = 1": [
                "auction_bids"
            ],
            f"{bids} set ends_at = ends_at + interval '1 min' where number = 3": [
                "auction_bids",
                "auctions",
            ],
            f"{bids} set price_fen_per_tonne = 5099 where number = 2": [
                "trade_deliveries",
                "auction_bids",
                "auctions",
            ],
            f"{bids} set bidder_id = '{first}' where number = 3": ["auctions"],
            f"{stated} set reserve_fen_per_tonne = 5700": ["auctions"],
            f"{stated} set raise_fen_per_tonne = 601": ["auction_bids"],
            f"{awards} set bid_number = 1 where bid_number = 2": amounts,
            f"{awards} set awarded_at = '{NOW}' where bid_number = 2": ["auctions"],
            "update auction set bids = 4": ["auctions"],
            "update auction set highest_fen_per_tonne = 7000": ["auctions"],
            f"update auction set ends_at = '{NOW}'": ["auctions"],
            "update auction set awards = 1": ["auctions"],
            # Its first winner is said to have called it off: it would have ended with that.
            f"update trade set state = 'cancelled' where trade_id = '{won['trade_id']}'": [
                "auctions",
                "events_tell_states",
            ],
            f"update trade set buyer_id = '{first}' where trade_id = '{last['trade_id']}'": [
                "auctions"
            ],
            "update auction set state = 'unsold', reason = 'not_paid', closed_at = now()": [
                "auctions",
                "events_tell_states",
            ],
        },
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_auction_the_books_balance(market: Wiring, seed: int) -> None:
    chance = Random(seed)
    many = [an_organisation(market, "enterprise") for _ in range(3)]
    for _ in range(3):
        listing_id = an_auction(
            market,
            tonnes=chance.randint(1, 3),
            reserve_fen_per_tonne=chance.choice((None, 5_400)),
            passes_on=chance.random() < 0.7,
        )
        at = NOW
        for _ in range(8):
            try:
                bid(market, listing_id, chance.choice(many), chance.randint(4_900, 5_700), at=at)
            except Refusal:
                continue
            at += (auction_row(market, listing_id)["ends_at"] - at) * 3 / 4
        at = auction_row(market, listing_id)["ends_at"]
        settle(market, at)
        for trade in trades_of(market, listing_id):
            if chance.random() < 0.4:
                bought(market, trade, at)
                break
            at = trade["pay_until"]
            run(market, expire_trades, now=at)
            settle(market, at)
    assert_books_balance(market)
