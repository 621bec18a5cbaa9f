"""An auction's lot goes to the highest bid in time, once; each refusal says what would count."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import public
from app.jobs.pooling_tasks import expire_unpaid_trades
from app.jobs.task_run import TaskRun
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from rewards.registry.refusals import BuyerIsSeller, VerifierNotIndependent
from rewards.trading.auction import Bid
from rewards.trading.refusals import (
    AuctionHasBids,
    AuctionOver,
    BidderTied,
    BidIsBinding,
    BidTooLow,
    ListingIsAuction,
    PayWindowOver,
    UnknownTrade,
)
from tests.builders.answers import key, refusal
from tests.builders.at_once import at_once
from tests.builders.auctions import (
    END,
    an_auction,
    auction_row,
    auction_terms,
    bid,
    settle,
    trades_of,
)
from tests.builders.held import while_held
from tests.builders.market import NOW, bundle, declare, rows, run, somebody
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, block
from tests.builders.standing import suspended
from tests.builders.viewers import OPERATOR, enterprise, seller as seller_viewer

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def bidders(wiring: Wiring, count: int) -> list[UUID]:
    return [an_organisation(wiring, "enterprise") for _ in range(count)]


def pay(wiring: Wiring, trade_id: UUID, buyer: UUID, at: Any) -> None:
    run(
        wiring,
        pay_trade,
        trade_id,
        payment_reference=secrets.token_hex(8),
        terms=wiring.trade_terms,
        viewer=enterprise(buyer),
        clock=StandingClock(at),
    )


def test_the_highest_bidder_gets_the_whole_lot_at_the_price_of_the_bid(market: Wiring) -> None:
    listing_id = an_auction(market)
    low, high = bidders(market, 2)
    bid(market, listing_id, low, 5_000)
    bid(market, listing_id, high, 6_250)
    assert settle(market, END - timedelta(microseconds=1)) == 0
    assert settle(market, END) == 1
    assert settle(market, END) == 0
    (trade,) = trades_of(market, listing_id)
    assert (trade["buyer_id"], trade["quantity_t"], trade["amount_fen"]) == (high, 3, 18_750)
    assert trade["state"] == "reserved"
    assert trade["pay_until"] == market.trade_terms.pay_until(END)
    pay(market, trade["trade_id"], high, END)
    run(market, confirm_trade, trade["trade_id"], viewer=OPERATOR, clock=StandingClock(END))
    held = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id = :id and state = 'active'",
        id=high,
    )
    assert held == [{"t": 3}]
    kept = auction_row(market, listing_id)
    assert (kept["state"], kept["listing_state"], kept["reason"]) == ("awarded", "sold_out", None)
    assert settle(market, END + timedelta(days=400)) == 0


def test_of_many_bids_at_once_one_is_the_highest_and_each_other_is_told_why(
    market: Wiring,
) -> None:
    listing_id = an_auction(market)
    many = bidders(market, 4)
    fen = (5_000, 5_050, 5_100, 5_100, 5_300, 5_301, 5_399, 5_400)

    def bidding(at: int) -> Any:
        return lambda: bid(market, listing_id, many[at % 4], fen[at])

    answers = at_once([bidding(at) for at in range(len(fen))])
    taken = [each for each in answers if isinstance(each, Bid)]
    assert {type(each) for each in answers} <= {Bid, BidTooLow}
    kept = rows(
        market,
        "select number, bidder_id, price_fen_per_tonne as fen from auction_bid"
        " where listing_id = :id order by number",
        id=listing_id,
    )
    assert [each["number"] for each in kept] == list(range(1, len(taken) + 1))
    prices = [each["fen"] for each in kept]
    assert all(two >= one + 100 for one, two in pairwise(prices))
    row = auction_row(market, listing_id)
    assert (row["bids"], row["highest_fen_per_tonne"]) == (len(kept), prices[-1])
    # Whoever came last with 54 yuan would have led: nobody is left who offered enough.
    assert prices[-1] >= 5_301
    for each in answers:
        if isinstance(each, BidTooLow):
            assert float(each.facts["least"]) * 100 <= prices[-1] + 100


def test_equal_bids_at_once_are_decided_by_their_order(market: Wiring) -> None:
    listing_id = an_auction(market)
    many = bidders(market, 6)
    answers = at_once([lambda each=each: bid(market, listing_id, each, 7_000) for each in many])
    (first,) = [each for each in answers if isinstance(each, Bid)]
    assert [each.facts["least"] for each in answers if isinstance(each, BidTooLow)] == ["71.00"] * 5
    assert auction_row(market, listing_id)["leader_id"] == first.bidder_id
    # Said again by who leads, it is the same bid.
    again = bid(market, listing_id, first.bidder_id, 7_000, at=NOW + timedelta(minutes=1))
    assert again == first


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), timedelta(0)])
def test_a_bid_beside_the_end_is_decided_by_the_clock_under_the_lock(
    market: Wiring, ahead: timedelta
) -> None:
    listing_id = an_auction(market, extend_minutes=0)
    (one,) = bidders(market, 1)
    clock = StandingClock(NOW)

    def moving_on() -> None:
        clock.moment = END - ahead

    def bidding() -> Any:
        try:
            return bid(market, listing_id, one, 5_000, clock=clock)
        except AuctionOver as refused:
            return refused

    answer = while_held(
        market.database,
        lambda connection: connection.exec_driver_sql(
            "select 1 from listing where listing_id = %s for update", (listing_id,)
        ),
        bidding,
        before_letting_go=moving_on,
    )
    if ahead:
        assert answer.made_at == END - ahead
    else:
        assert isinstance(answer, AuctionOver)


def test_a_bid_has_the_moment_of_the_database(room: Room, market: Wiring) -> None:
    auction = room.open().json["id"]
    (before,) = rows(market, "select clock_timestamp() as at")
    room.bid(auction, "50.00", room.bidding)
    (after,) = rows(market, "select clock_timestamp() as at")
    (made,) = rows(market, "select made_at from auction_bid")
    ahead = market.clock.offset()
    assert before["at"] + ahead <= made["made_at"] <= after["at"] + ahead


def test_who_does_not_pay_in_time_loses_the_lot_to_the_next_bidder(market: Wiring) -> None:
    listing_id = an_auction(market)
    first, second = bidders(market, 2)
    bid(market, listing_id, first, 5_000)
    bid(market, listing_id, second, 5_500)
    bid(market, listing_id, first, 6_000)
    bid(market, listing_id, second, 6_500)
    settle(market, END)
    (won,) = trades_of(market, listing_id)
    lapsed = won["pay_until"]
    assert run(market, expire_trades, now=lapsed) == 1
    assert settle(market, lapsed) == 1
    won, next_one = trades_of(market, listing_id)
    assert (won["buyer_id"], won["state"]) == (second, "expired")
    # At that one's own highest bid, and with the whole time to pay.
    assert (next_one["buyer_id"], next_one["amount_fen"]) == (first, 18_000)
    assert next_one["pay_until"] == market.trade_terms.pay_until(lapsed)
    with pytest.raises(PayWindowOver):
        pay(market, won["trade_id"], second, lapsed)
    again = next_one["pay_until"]
    run(market, expire_trades, now=again)
    settle(market, again)
    kept = auction_row(market, listing_id)
    assert (kept["state"], kept["reason"], kept["awards"]) == ("unsold", "not_paid", 2)
    assert (kept["listing_state"], kept["closed_at"]) == ("closed", again)


def test_one_run_of_the_job_ends_what_was_not_paid_and_passes_it_on(market: Wiring) -> None:
    listing_id = an_auction(market)
    low, high = bidders(market, 2)
    bid(market, listing_id, low, 5_000)
    bid(market, listing_id, high, 6_000)
    for at in (END, market.trade_terms.pay_until(END)):
        expire_unpaid_trades(
            replace(market, clock=StandingClock(at)), TaskRun(UUID(int=1), None, {})
        )
    assert [each["buyer_id"] for each in trades_of(market, listing_id)] == [high, low]


def test_many_runs_at_once_award_a_lot_once(market: Wiring) -> None:
    listing_id = an_auction(market)
    for fen, each in enumerate(bidders(market, 3)):
        bid(market, listing_id, each, 5_000 + 100 * fen)
    at_once([lambda: settle(market, END)] * 6)
    assert len(trades_of(market, listing_id)) == 1
    assert auction_row(market, listing_id)["awards"] == 1


@pytest.mark.parametrize(
    ("fen", "reason"), [(None, "no_bid"), (5_999, "reserve_not_met"), (6_000, None)]
)
def test_below_the_reserve_price_nothing_is_sold(
    market: Wiring, fen: int | None, reason: str | None
) -> None:
    owner, block_id = an_owner(market, 3)
    listing_id = an_auction(market, block_id=block_id, seller=owner, reserve_fen_per_tonne=6_000)
    (one,) = bidders(market, 1)
    if fen:
        bid(market, listing_id, one, fen)
    settle(market, END)
    assert auction_row(market, listing_id)["reason"] == reason
    assert len(trades_of(market, listing_id)) == (0 if reason else 1)
    back = block(market, block_id)
    assert (back.state, back.owner_id) == ("active" if reason else "reserved", owner)


def test_what_the_seller_calls_off_ends_the_auction(market: Wiring) -> None:
    listing_id = an_auction(market)
    low, high = bidders(market, 2)
    bid(market, listing_id, low, 5_000)
    bid(market, listing_id, high, 6_000)
    settle(market, END)
    (trade,) = trades_of(market, listing_id)
    with pytest.raises(BidIsBinding):
        run(
            market,
            cancel_trade,
            trade["trade_id"],
            viewer=enterprise(high),
            clock=StandingClock(END),
        )
    run(market, cancel_trade, trade["trade_id"], viewer=OPERATOR, clock=StandingClock(END))
    assert settle(market, END) == 1
    kept = auction_row(market, listing_id)
    assert (kept["state"], kept["reason"], kept["listing_state"]) == (
        "unsold",
        "called_off",
        "closed",
    )


def test_a_seller_takes_an_auction_back_before_the_first_bid_only(market: Wiring) -> None:
    owner, block_id = an_owner(market, 3)
    listing_id = an_auction(market, block_id=block_id, seller=owner)
    (one,) = bidders(market, 1)
    closing = {"viewer": seller_viewer(owner), "clock": StandingClock(NOW)}
    run(market, close_listing, listing_id, **closing)
    assert auction_row(market, listing_id)["state"] == "withdrawn"
    with pytest.raises(AuctionOver):
        bid(market, listing_id, one, 5_000)
    again = an_auction(market, block_id=block_id, seller=owner)
    bid(market, again, one, 5_000)
    with pytest.raises(AuctionHasBids):
        run(market, close_listing, again, **closing)


def test_who_may_not_buy_does_not_bid(market: Wiring) -> None:
    owner, block_id = an_owner(market, 3)
    listing_id = an_auction(market, block_id=block_id, seller=owner)
    tied, verifying, stranger = bidders(market, 3)
    declare(market, tied, interests=[owner])
    verifier = bundle(market, block(market, block_id).bundle_id).verifier_id
    assert verifier is not None
    declare(market, verifying, by=somebody("authority"), interests=[verifier])
    for bidder, refused in (
        (owner, BuyerIsSeller),
        (tied, BidderTied),
        (verifying, VerifierNotIndependent),
    ):
        with pytest.raises(refused):
            bid(market, listing_id, bidder, 9_000)
    with pytest.raises(ListingIsAuction):
        run(
            market,
            order_units,
            listing_id,
            quantity_t=1,
            buyer_id=stranger,
            client_reference="x",
            terms=market.trade_terms,
            clock=StandingClock(NOW),
        )
    with pytest.raises(UnknownTrade):
        bid(market, UUID(int=3), stranger, 9_000)
    assert auction_row(market, listing_id)["bids"] == 0


def test_units_that_are_not_covered_go_to_nobody(market: Wiring) -> None:
    listing_id = an_auction(market)
    (one,) = bidders(market, 1)
    bid(market, listing_id, one, 5_000)
    with market.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update unit_block set state = 'suspended' where listing_id = %s", (listing_id,)
        )
    settle(market, END)
    kept = auction_row(market, listing_id)
    assert (kept["state"], kept["reason"]) == ("unsold", "not_covered")
    assert trades_of(market, listing_id) == []


class Room:
    """An auction that is open now, a bidder and another, over the API."""

    def __init__(self, market: Wiring, http: Http, tokens: Tokens) -> None:
        self.http, self.tokens = http, tokens
        self.owner, block_id = an_owner(market, 3)
        self.bidder, self.other = bidders(market, 2)
        self.selling, self.bidding, self.looking = (
            tokens("enterprise", tenant=each) for each in (self.owner, self.bidder, self.other)
        )
        self.body = {
            "block_id": public("blk", block_id),
            "quantity_t": "3",
            "minimum": {"amount": "50.00", "currency": "CNY"},
            "raise": {"amount": "1.00", "currency": "CNY"},
            "reserve": {"amount": "55.00", "currency": "CNY"},
            "closes_at": (market.clock.now() + timedelta(days=2)).isoformat(),
            "extend_minutes": 5,
            "most_extensions": 3,
        }

    def open(self, **changes: Any) -> Any:
        body = {**self.body, **changes}
        return self.http.post("/v1/auctions", body, token=self.selling, key=key())

    def bid(self, auction: str, amount: str, token: str) -> Any:
        body = {"price": {"amount": amount, "currency": "CNY"}}
        return self.http.post(f"/v1/auctions/{auction}/bids", body, token=token, key=key())


@pytest.fixture
def room(market: Wiring, http: Http, token_for: Tokens) -> Room:
    return Room(market, http, token_for)


def test_an_auction_is_read_with_its_terms_and_its_bids_without_names(room: Room) -> None:
    made = room.open()
    assert made.status_code == 201, made.text
    auction = made.json["id"]
    assert made.json["listing"]["kind"] == "auction"
    assert made.json["latest_end"] > made.json["closes_at"] == made.json["ends_at"]
    assert (made.json["has_reserve"], made.json["reserve_met"]) == (True, False)
    assert "55" not in str([made.json["minimum"], made.json["listing"]["price"]])
    low = room.bid(auction, "49.99", room.bidding)
    assert refusal(low) == (409, "BID_TOO_LOW")
    assert "50.00" in low.json["detail"]
    assert low.json["errors"][0]["pointer"] == "/price"
    first = room.bid(auction, "50.00", room.bidding)
    assert (first.status_code, first.json["number"]) == (201, 1)
    assert refusal(room.bid(auction, "50.50", room.looking)) == (409, "BID_TOO_LOW")
    assert room.bid(auction, "56.00", room.looking).json["number"] == 2
    assert refusal(room.bid(auction, "57.00", room.selling)) == (409, "BUYER_IS_SELLER")
    mine, theirs = public("org", room.bidder), public("org", room.other)
    reading = {
        room.bidding: [None, mine],
        room.looking: [theirs, None],
        room.selling: [None, None],
        room.tokens("operator"): [theirs, mine],
        room.tokens("authority"): [theirs, mine],
    }
    for token, names in reading.items():
        page = room.http.get(f"/v1/auctions/{auction}/bids", token=token).json["data"]
        assert [each["bidder_id"] for each in page] == names
        assert [each["number"] for each in page] == [2, 1]
    one = room.http.get(f"/v1/auctions/{auction}/bids?limit=1", token=room.bidding).json
    rest = room.http.get(
        f"/v1/auctions/{auction}/bids?limit=1&cursor={one['next_cursor']}", token=room.bidding
    ).json
    assert [each["number"] for each in one["data"] + rest["data"]] == [2, 1]
    told = room.http.get(f"/v1/auctions/{auction}", token=room.bidding).json
    assert (told["bids"], told["leads"], told["reserve_met"]) == (2, False, True)
    assert told["least_bid"]["amount"] == "57.00"
    assert room.http.get(f"/v1/auctions/{auction}", token=room.looking).json["leads"]
    listed = room.http.get("/v1/auctions", token=room.bidding).json["data"]
    assert [each["id"] for each in listed] == [auction]
    order = room.http.post(
        f"/v1/listings/{auction}/orders", {"quantity_t": "1"}, token=room.bidding, key=key()
    )
    assert refusal(order) == (409, "LISTING_IS_AUCTION")
    closed = room.http.post(f"/v1/listings/{auction}/close", token=room.selling)
    assert refusal(closed) == (409, "AUCTION_HAS_BIDS")


def test_bidders_hear_that_they_lead_and_that_they_do_not(room: Room) -> None:
    auction = room.open().json["id"]
    room.bid(auction, "50.00", room.bidding)
    room.bid(auction, "51.00", room.looking)

    def heard(token: str) -> list[str]:
        found = room.http.get("/v1/events?type=auction", token=token).json["data"]
        return [each["type"] for each in found if each["subject"] == auction]

    assert len(heard(room.bidding)) == 2
    assert len(heard(room.looking)) == 1
    assert len(heard(room.selling)) == 3


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"minimum": {"amount": "0.00", "currency": "CNY"}}, "/minimum/amount"),
        ({"raise": {"amount": "0.00", "currency": "CNY"}}, "/raise/amount"),
        ({"raise": {"amount": "-1", "currency": "CNY"}}, "/raise/amount"),
        ({"reserve": {"amount": "49.99", "currency": "CNY"}}, "/reserve"),
        ({"quantity_t": "0"}, "/quantity_t"),
        ({"quantity_t": "1.5"}, "/quantity_t"),
        ({"extend_minutes": 61}, "/extend_minutes"),
        ({"extend_minutes": -1}, "/extend_minutes"),
        ({"most_extensions": 101}, "/most_extensions"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "/closes_at"),
        ({"opens_at": "2020-01-01T00:00:00Z"}, "/opens_at"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_place(
    room: Room, changes: dict[str, Any], pointer: str
) -> None:
    answer = room.open(**changes)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_who_is_suspended_neither_opens_nor_bids(room: Room, market: Wiring) -> None:
    auction = room.open().json["id"]
    suspended(market, room.bidder)
    assert refusal(room.bid(auction, "50.00", room.bidding))[0] in (401, 409)
    suspended(market, room.owner)
    assert refusal(room.bid(auction, "50.00", room.looking)) == (409, "ORGANISATION_SUSPENDED")


def test_the_terms_of_an_auction_cannot_be_changed_once_it_is_open(market: Wiring) -> None:
    listing_id = an_auction(market)
    assert auction_terms().latest_end == END + timedelta(minutes=10)
    with (
        pytest.raises(Exception, match="auction_terms"),
        market.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(
            "update auction_terms set most_extensions = 9 where listing_id = %s", (listing_id,)
        )
