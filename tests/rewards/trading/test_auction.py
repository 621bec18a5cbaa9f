"""An auction's bids, its end, and who gets the lot: the rules alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from behaviours.viewer import Viewer
from rewards.registry.refusals import BuyerIsSeller
from rewards.registry.ties import KnownTies, OrganisationTies
from rewards.trading.auction import (
    AWARD,
    AWARDED,
    BID,
    BIDDING,
    CALLED_OFF,
    GIVE_UP,
    NO_BID,
    NOT_PAID,
    REASONS,
    RESERVE_NOT_MET,
    STATES,
    STEPS,
    WITHDRAW,
    Auction,
    Bid,
    names_bidder,
    opened,
)
from rewards.trading.refusals import (
    AuctionHasBids,
    AuctionNotOpen,
    AuctionOver,
    AuctionTimesUnusable,
    BidderTied,
    BidTooLow,
    ReserveBelowMinimum,
)
from rewards.trading.trade import CANCELLED, DELIVERED, EXPIRED, REFUNDED, UNCONFIRMED
from tests.builders.auctions import END, auction_terms
from tests.builders.market import NOW

LISTING, SELLER, FIRST, SECOND, THIRD = (UUID(int=at) for at in range(1, 6))
MOMENT = timedelta(microseconds=1)


def an_open_one(**terms: Any) -> Auction:
    return opened(LISTING, SELLER, auction_terms(**terms), now=NOW)


def test_each_bid_is_above_the_last_by_the_least_raise() -> None:
    auction = an_open_one()
    with pytest.raises(BidTooLow) as refused:
        auction.bid(FIRST, 4_999, now=NOW)
    assert refused.value.facts["least"] == "50.00"
    auction, one = auction.bid(FIRST, 5_000, now=NOW)
    with pytest.raises(BidTooLow) as refused:
        auction.bid(SECOND, 5_099, now=NOW)
    assert refused.value.facts["least"] == "51.00"
    auction, two = auction.bid(SECOND, 5_100, now=NOW)
    assert (one.number, two.number) == (1, 2)
    assert (auction.leader_id, auction.former_id, auction.bids) == (SECOND, FIRST, 2)
    assert auction.is_led_at(SECOND, 5_100)
    assert not auction.is_led_at(FIRST, 5_100)


def test_bids_count_from_the_opening_to_just_before_the_end() -> None:
    auction = an_open_one(opens_at=NOW + timedelta(hours=1), extend_minutes=0)
    with pytest.raises(AuctionNotOpen):
        auction.bid(FIRST, 5_000, now=NOW + timedelta(hours=1) - MOMENT)
    auction.bid(FIRST, 5_000, now=NOW + timedelta(hours=1))
    auction, _ = auction.bid(FIRST, 5_000, now=END - MOMENT)
    assert auction.ends_at == END
    with pytest.raises(AuctionOver) as refused:
        auction.bid(SECOND, 6_000, now=END)
    assert refused.value.case == "ended"


def test_a_bid_beside_the_end_moves_it_as_often_as_the_terms_say() -> None:
    five = timedelta(minutes=5)
    auction = an_open_one()
    auction, early = auction.bid(FIRST, 5_000, now=END - five - MOMENT)
    assert early.ends_at == END
    auction, late = auction.bid(SECOND, 5_100, now=END - five)
    assert late.ends_at == END + five
    # Within the first extension and before its last minutes nothing moves.
    auction, _ = auction.bid(FIRST, 5_200, now=END - MOMENT)
    assert (auction.extensions, auction.ends_at) == (1, END + five)
    auction, _ = auction.bid(SECOND, 5_300, now=END + five - MOMENT)
    assert (auction.extensions, auction.ends_at) == (2, END + 2 * five)
    auction, last = auction.bid(FIRST, 5_400, now=END + 2 * five - MOMENT)
    assert last.ends_at == auction.terms.latest_end == END + 2 * five
    with pytest.raises(AuctionOver):
        auction.bid(SECOND, 5_500, now=END + 2 * five)


def test_no_terms_let_bids_move_the_end_beyond_the_latest_one() -> None:
    chance = Random(5)
    for _ in range(60):
        auction = an_open_one(
            extend_minutes=chance.choice((0, 1, 30)), most_extensions=chance.choice((0, 1, 7))
        )
        for _ in range(40):
            at = auction.ends_at - timedelta(seconds=chance.choice((1, 59, 60, 61, 1_800, 4_000)))
            auction, _ = auction.bid(FIRST, auction.least_fen_per_tonne, now=max(at, NOW))
            assert END <= auction.ends_at <= auction.terms.latest_end
            assert auction.ends_at == END + auction.extensions * auction.terms.extension


@pytest.mark.parametrize(
    ("changes", "refused", "case"),
    [
        ({"opens_at": NOW - MOMENT}, AuctionTimesUnusable, "past"),
        ({"closes_at": NOW}, AuctionTimesUnusable, "order"),
        ({"closes_at": NOW + timedelta(days=90) + MOMENT}, AuctionTimesUnusable, "far"),
        ({"reserve_fen_per_tonne": 4_999}, ReserveBelowMinimum, ""),
    ],
)
def test_terms_that_mean_nothing_are_refused(
    changes: dict[str, Any], refused: type[Exception], case: str
) -> None:
    with pytest.raises(refused) as said:
        an_open_one(**changes)
    assert said.value.case == case  # type: ignore[attr-defined]
    an_open_one(closes_at=NOW + timedelta(days=90), reserve_fen_per_tonne=5_000)


def test_neither_the_seller_bids_nor_who_is_tied_to_it() -> None:
    ties = OrganisationTies(
        {
            FIRST: KnownTies(interests=frozenset({SELLER})),
            SECOND: KnownTies(of_operator=True),
        }
    )
    auction = an_open_one()
    with pytest.raises(BuyerIsSeller):
        auction.check_bidder(SELLER, ties)
    with pytest.raises(BidderTied):
        auction.check_bidder(FIRST, ties)
    auction.check_bidder(SECOND, ties)
    of_programme = opened(LISTING, None, auction_terms(), now=NOW)
    of_programme.check_bidder(FIRST, ties)
    with pytest.raises(BidderTied):
        of_programme.check_bidder(SECOND, ties)


def ranked(*fen: int) -> list[Bid]:
    return [
        Bid(LISTING, 9 - at, UUID(int=50 + at), price, NOW, END) for at, price in enumerate(fen)
    ]


def led(**terms: Any) -> Auction:
    return an_open_one(**terms).bid(FIRST, 5_000, now=NOW)[0]


def test_the_lot_goes_down_the_bids_while_nobody_pays() -> None:
    bids = ranked(7_000, 6_000, 5_000)
    auction = led(reserve_fen_per_tonne=6_000)
    assert auction.next_of(bids, None) == bids[0]
    auction = auction.award(NOW)
    assert auction.next_of(bids, EXPIRED) == bids[1]
    auction = auction.award(NOW)
    # The third offered less than the seller sells for.
    assert (auction.awards, auction.next_of(bids, EXPIRED)) == (2, NOT_PAID)


@pytest.mark.parametrize("ended", [CANCELLED, UNCONFIRMED, REFUNDED, DELIVERED])
def test_what_ended_in_another_way_is_not_passed_on(ended: str) -> None:
    assert led().award(NOW).next_of(ranked(7_000, 6_000), ended) == CALLED_OFF


def test_terms_may_keep_the_lot_from_the_next_bidder() -> None:
    auction = led(passes_on=False)
    bids = ranked(7_000, 6_000)
    assert auction.next_of(bids, None) == bids[0]
    assert auction.award(NOW).next_of(bids, EXPIRED) == NOT_PAID


def test_without_a_bid_or_below_the_reserve_nothing_is_sold() -> None:
    assert an_open_one().next_of([], None) == NO_BID
    high = led(reserve_fen_per_tonne=5_001)
    assert not high.reserve_met
    assert high.next_of(ranked(5_000), None) == RESERVE_NOT_MET


def test_every_step_from_every_state_is_in_the_table_or_refused() -> None:
    for step in (BID, AWARD, GIVE_UP, WITHDRAW):
        for state in STATES:
            auction = Auction(LISTING, None, auction_terms(), state, END)
            if state in STEPS[step].needs:
                after = auction.move(step, now=NOW)
                assert after.state == STEPS[step].leads_to
                assert (after.closed_at is None) == (after.state in (BIDDING, AWARDED))
                continue
            with pytest.raises(AuctionOver) as refused:
                auction.move(step, now=NOW)
            assert refused.value.facts == {"state": state}
    assert len(set(REASONS)) == len(REASONS)


def test_a_seller_takes_back_only_what_nobody_bid_for() -> None:
    assert an_open_one().withdraw(NOW).state == "withdrawn"
    with pytest.raises(AuctionHasBids):
        led().withdraw(NOW)


def test_a_bidder_is_named_to_itself_and_to_the_programme_alone() -> None:
    one = led().bid(SECOND, 6_000, now=NOW)[1]
    told = {
        each: names_bidder(one, each)
        for each in (
            Viewer("enterprise", SECOND),
            Viewer("enterprise", SELLER),
            Viewer("enterprise", THIRD),
            Viewer("operator", None),
            Viewer("authority", None),
        )
    }
    assert list(told.values()) == [True, False, False, True, True]
