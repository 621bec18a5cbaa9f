"""What an exchange sold is settled line by line: units and money together, once, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id
from app.usecases.trading.return_due_lots import return_due_lots
from app.usecases.trading.settle_line import settle_line
from app.usecases.trading.take_back_lot import take_back_lot
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.registry.block import BlockNotAvailable
from rewards.registry.cover import whole_tonnes
from rewards.trading.exchange_lot import SeenLot, SellerTakesNothingBack, UnknownExchangeLot
from rewards.trading.refusals import ListingAtExchange, ListingClosed
from tests.builders.audit import assert_books_balance
from tests.builders.exchanges import (
    LATER,
    LEAST_FEN,
    handed,
    killed,
    line,
    lines_of,
    sent,
    settle,
    settled,
    tonnes_of,
)
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run
from tests.builders.parallel import at_once
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner, bought, programme_block, retirement_of, transferred
from tests.builders.shortfall import reversal
from tests.builders.standing import suspended
from tests.builders.viewers import enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


class Floor(NamedTuple):
    """Six tonnes of a seller's at an exchange, and somebody who buys there."""

    seller: UUID
    exchange: UUID
    buyer: UUID
    lot: SeenLot


@pytest.fixture
def floor(market: Wiring) -> Floor:
    seller, block_id = an_owner(market, 6)
    exchange = an_organisation(market, "exchange")
    lot = handed(market, block_id, 6, seller=seller, exchange=exchange)
    return Floor(seller, exchange, an_organisation(market, "enterprise"), lot)


def codes(lines: list[Mapping[str, Any]]) -> list[str]:
    return [each["fault"]["key"] if each["fault"] else each["state"] for each in lines]


def test_a_partly_sold_lot_is_delivered_against_its_money_and_the_rest_returns(
    market: Wiring, floor: Floor
) -> None:
    assert tonnes_of(market, floor.seller, "locked") == 6
    told = settled(
        market,
        floor.exchange,
        line(floor.lot, floor.buyer, 2),
        line(floor.lot, floor.buyer, 1, price_fen_per_tonne=LEAST_FEN),
    )
    assert codes(told) == ["settled", "settled"]
    assert tonnes_of(market, floor.buyer, "active") == 3
    assert tonnes_of(market, floor.seller, "locked") == 3
    money = rows(
        market,
        "select sum(fen)::bigint as fen from money_posting where debit_account = :name"
        " or credit_account = :name",
        name=f"proceeds:{floor.seller.hex}",
    )
    trades = rows(market, "select * from trade where exchange_id = :id", id=floor.exchange)
    assert {each["state"] for each in trades} == {"delivered"}
    assert sum(each["amount_fen"] for each in trades) == 2 * 5_500 + 5_000
    assert money[0]["fen"] in (2 * 5_500 + 5_000, None)
    assert_books_balance(market)
    back = run(
        market,
        take_back_lot,
        floor.lot.lot.listing_id,
        viewer=enterprise(floor.exchange),
        clock=StandingClock(LATER),
    )
    assert back.offered.listing.state == "closed"
    assert tonnes_of(market, floor.seller, "active") == 3
    assert codes(settled(market, floor.exchange, line(floor.lot, floor.buyer, 1))) == [
        "LISTING_CLOSED.over"
    ]
    assert_books_balance(market)


def test_the_same_file_twice_is_one_settlement_and_a_number_is_one_trade(
    market: Wiring, floor: Floor
) -> None:
    said = line(floor.lot, floor.buyer, 2)
    first = sent(market, floor.exchange, said, reference="day 1")
    again = sent(market, floor.exchange, said, reference="day 1")
    assert again.settlement == first.settlement
    settle(market, first.settlement.settlement_id)
    settle(market, first.settlement.settlement_id)
    (done,) = lines_of(market, first.settlement.settlement_id)
    # The trade is told again in the file of another day, beside one that takes its number.
    told = settled(market, floor.exchange, said, said._replace(quantity_t=1, amount_fen=5_500))
    assert codes(told) == ["settled", "EXCHANGE_TRADE_REUSED"]
    assert told[0]["trade_id"] == done["trade_id"]
    assert tonnes_of(market, floor.buyer, "active") == 2
    assert_books_balance(market)


def test_every_line_is_refused_for_its_own_reason_and_the_others_go_on(
    market: Wiring, floor: Floor
) -> None:
    exchange, lot, buyer = floor.exchange, floor.lot, floor.buyer
    good = line(lot, buyer, 1)
    stopped = an_organisation(market, "enterprise")
    suspended(market, stopped)
    told = settled(
        market,
        exchange,
        good,
        line(lot, new_id(), 1),
        line(lot, an_organisation(market, "provider"), 1),
        line(lot, buyer, 1, amount_fen=5_501),
        line(lot, buyer, 1, price_fen_per_tonne=4_999),
        line(lot, buyer, 6),
        line(lot, buyer, 1, traded_at=NOW - timedelta(seconds=1)),
        line(lot, buyer, 1, traded_at=LATER + timedelta(minutes=6)),
        line(lot, buyer, 1, lot_id=new_id()),
        line(lot, floor.seller, 1),
        line(lot, stopped, 1),
        line(lot, buyer, 1, payment_reference=good.payment_reference.upper()),
        line(lot, buyer, 1, number="T\u0422"),
        line(lot, exchange, 1),
    )
    assert codes(told) == [
        "settled",
        "EXCHANGE_BUYER_UNKNOWN",
        "EXCHANGE_BUYER_UNKNOWN",
        "EXCHANGE_AMOUNT_WRONG",
        "BELOW_LEAST_PRICE",
        "NOT_ENOUGH_UNITS",
        "TRADED_AT_UNUSABLE.before",
        "TRADED_AT_UNUSABLE.future",
        "NOT_FOUND.exchange_lot",
        "BUYER_IS_SELLER.order",
        "ORGANISATION_SUSPENDED",
        "PAYMENT_REFERENCE_USED",
        "UNUSABLE_NUMBER.mixed_scripts",
        "EXCHANGE_BUYER_UNKNOWN",
    ]
    assert tonnes_of(market, buyer, "active") == 1
    other = an_organisation(market, "exchange")
    assert codes(settled(market, other, line(lot, buyer, 1))) == ["NOT_FOUND.exchange_lot"]
    assert_books_balance(market)


def test_what_is_out_there_is_neither_retired_nor_handed_on_nor_ordered(
    market: Wiring, floor: Floor
) -> None:
    block_id = floor.lot.offered.listing.block_id
    with pytest.raises(BlockNotAvailable):
        run(market, retirement_of(market, floor.seller, 1, block_id))
    with pytest.raises(BlockNotAvailable):
        transferred(market, block_id, floor.seller, floor.buyer, 1)
    with pytest.raises(ListingAtExchange):
        bought(market, floor.lot.lot.listing_id, 1, floor.buyer)
    for viewer, refusal in (
        (enterprise(floor.seller), SellerTakesNothingBack),
        (enterprise(floor.buyer), UnknownExchangeLot),
    ):
        with pytest.raises(refusal):
            run(
                market,
                take_back_lot,
                floor.lot.lot.listing_id,
                viewer=viewer,
                clock=StandingClock(LATER),
            )
    assert_books_balance(market)


def test_on_its_day_what_is_left_comes_back_by_itself(market: Wiring, floor: Floor) -> None:
    settled(market, floor.exchange, line(floor.lot, floor.buyer, 2))
    ends = floor.lot.lot.returns_at
    early = StandingClock(ends - timedelta(seconds=1))
    assert run(market, return_due_lots, clock=early) == 0
    assert run(market, return_due_lots, clock=StandingClock(ends)) == 1
    assert run(market, return_due_lots, clock=StandingClock(ends)) == 0
    assert tonnes_of(market, floor.seller, "active") == 4
    with pytest.raises(ListingClosed):
        run(
            market,
            take_back_lot,
            floor.lot.lot.listing_id,
            viewer=enterprise(floor.exchange),
            clock=StandingClock(ends),
        )
    assert_books_balance(market)


def test_two_imports_at_one_time_sell_no_tonne_twice(market: Wiring, floor: Floor) -> None:
    twice = line(floor.lot, floor.buyer, 1)
    files = [
        sent(market, floor.exchange, twice, *(line(floor.lot, floor.buyer, 1) for _ in range(4)))
        for _ in range(2)
    ]
    works = [
        lambda connection, made=made, number=number: settle_line(
            connection,
            made.settlement.settlement_id,
            number,
            terms=market.trade_terms,
            clock=StandingClock(LATER),
        )
        for number in range(1, 6)
        for made in files
    ]
    assert market.settings.database_url is not None
    answers = at_once(market.settings.database_url, works)
    refusals = [each for each in answers if isinstance(each, Refusal)]
    assert {each.code for each in refusals} == {"LISTING_CLOSED"}
    assert tonnes_of(market, floor.buyer, "active") == 6
    for made in files:
        settle(market, made.settlement.settlement_id)
    told = [each for made in files for each in lines_of(market, made.settlement.settlement_id)]
    sold = [each["trade_id"] for each in told if each["trade_id"]]
    assert sorted(codes(told)) == ["LISTING_CLOSED.over"] * len(refusals) + ["settled"] * len(sold)
    # The line that is in both files is sold in both, or came too late in both.
    assert (len(refusals), len(sold), len(set(sold))) in ((3, 7, 6), (4, 6, 6))
    assert_books_balance(market)


@pytest.mark.parametrize(("committed", "done"), [(False, (0, 1)), (True, (1, 3))])
def test_a_worker_that_is_killed_between_lines_goes_on_with_the_rest(
    market: Wiring, floor: Floor, committed: bool, done: tuple[int, int]
) -> None:
    said = [line(floor.lot, floor.buyer, each) for each in (1, 2, 1, 9)]
    made = sent(market, floor.exchange, *said).settlement
    # It looks for lines and for the calendar, and then settles them one by one.
    for nth, lines in zip((3, 4), done, strict=True):
        assert killed(market.settings, made.settlement_id, nth=nth, committed=committed)
        states = [each["state"] for each in lines_of(market, made.settlement_id)]
        assert states == ["settled"] * lines + ["waiting"] * (4 - lines)
        assert_books_balance(market)
    settle(market, made.settlement_id)
    told = lines_of(market, made.settlement_id)
    assert codes(told) == ["settled"] * 3 + ["NOT_ENOUGH_UNITS"]
    assert tonnes_of(market, floor.buyer, "active") == 4
    assert_books_balance(market)


def test_what_is_reversed_while_it_stands_there_is_not_settled(market: Wiring) -> None:
    """The tonnes that nothing covers any more are suspended there, and come back suspended."""
    pooled = pooled_pv(market, people=3)
    bundle_id = issued(market, methodology=PV)
    tonnes = bundle(market, bundle_id).issued_t or 0
    exchange, buyer = an_organisation(market, "exchange"), an_organisation(market, "enterprise")
    lot = handed(market, programme_block(market, bundle_id), tonnes, seller=None, exchange=exchange)
    run(market, reversal(market, pooled[0][1]))
    short_t = whole_tonnes(bundle(market, bundle_id).shortfall_mg)
    assert 0 < short_t < tonnes
    told = settled(
        market, exchange, line(lot, buyer, tonnes), line(lot, buyer, tonnes - short_t - 1)
    )
    assert codes(told) == ["UNITS_NOT_COVERED", "settled"]
    assert_books_balance(market)
    run(
        market,
        take_back_lot,
        lot.lot.listing_id,
        viewer=enterprise(exchange),
        clock=StandingClock(LATER),
    )
    left = rows(
        market,
        "select state, sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id is null and state in ('active', 'suspended', 'locked') group by 1",
    )
    assert {each["state"]: each["t"] for each in left} == {"active": 1, "suspended": short_t}
    assert_books_balance(market)
