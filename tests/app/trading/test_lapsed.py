"""Which reservations have lapsed is said twice, by the trade and by SQL: both say the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from app.ids import new_id
from app.store.trading.trades import (
    find_trade,
    insert_trade,
    lapsed_trades,
    lapsed_trades_of,
    write_trade,
)
from app.wiring import Wiring
from rewards.trading.trade import STATES, Trade
from tests.builders.market import NOW, run


def a_trade(chance: Random, listing_id: UUID) -> Trade:
    return Trade(
        trade_id=new_id(),
        listing_id=listing_id,
        seller_id=chance.choice([None, new_id()]),
        buyer_id=new_id(),
        quantity_t=chance.randint(1, 9),
        amount_fen=chance.randint(1, 10**6),
        state=chance.choice(STATES),
        payment_reference=None,
        ordered_at=NOW,
        pay_until=_near(chance),
        confirm_by=chance.choice((None, _near(chance))),
    )


def _near(chance: Random) -> datetime:
    return NOW + timedelta(microseconds=chance.choice((-1, 0, 1, 10**6, -(10**6))))


def test_the_trade_and_the_store_agree_on_what_has_lapsed(shut: Wiring) -> None:
    chance = Random(11)
    listings = [new_id() for _ in range(3)]
    trades = [a_trade(chance, chance.choice(listings)) for _ in range(120)]
    for trade in trades:
        run(shut, insert_trade, trade)
    for moved in (-1, 0, 1):
        at = NOW + timedelta(microseconds=moved)
        lapsed = sorted(each.trade_id for each in trades if each.has_lapsed(at))
        assert lapsed, "something has lapsed"
        assert run(shut, lapsed_trades, now=at, most=1_000) == lapsed
        assert run(shut, lapsed_trades, now=at, most=2) == lapsed[:2]
        for listing_id in listings:
            of_listing = [
                each.trade_id
                for each in sorted(trades, key=lambda each: each.trade_id)
                if each.has_lapsed(at) and each.listing_id == listing_id
            ]
            assert run(shut, lapsed_trades_of, listing_id, now=at) == of_listing


def test_a_trade_is_read_back_as_it_was_written(shut: Wiring) -> None:
    chance = Random(12)
    trade = a_trade(chance, new_id())
    run(shut, insert_trade, trade)
    assert run(shut, find_trade, trade.trade_id) == trade
    if trade.has_lapsed(NOW + timedelta(days=1)):
        ended = trade.expire(NOW + timedelta(days=1))
        run(shut, write_trade, ended)
        assert run(shut, find_trade, trade.trade_id) == ended
