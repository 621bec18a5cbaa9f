"""Trades: reserved, paid and delivered; no tonne is sold twice, whoever comes at the same time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id
from app.store.database import Connection
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.registry.refusals import (
    BuyerIsSeller,
    NotEnoughUnits,
    VerifierNotIndependent,
)
from rewards.trading.refusals import (
    ListingClosed,
    PaymentUsed,
    PayWindowOver,
    TradeStateConflict,
    UnknownTrade,
)
from rewards.trading.trade import Trade
from tests.builders import parallel
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner, block, bought, listed, programme_block
from tests.builders.viewers import OPERATOR, enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def for_sale(wiring: Wiring, tonnes: int = 10) -> UUID:
    """A listing of the programme's."""
    pooled_pv(wiring, people=1, kwh=str(tonnes * 2000))
    return listed(wiring, programme_block(wiring, issued(wiring, methodology=PV)), tonnes)


def order(wiring: Wiring, listing_id: UUID, tonnes: int, buyer: UUID, **changes: Any) -> UUID:
    given = {
        "quantity_t": tonnes,
        "buyer_id": buyer,
        "client_reference": secrets.token_hex(8),
        "terms": wiring.trade_terms,
        "clock": StandingClock(NOW),
        **changes,
    }
    return run(wiring, order_units, listing_id, **given).trade_id


def paid(wiring: Wiring, trade_id: UUID, buyer: UUID, now: datetime = NOW) -> None:
    payer = enterprise(buyer)
    run(
        wiring,
        pay_trade,
        trade_id,
        payment_reference="x",
        terms=wiring.trade_terms,
        viewer=payer,
        clock=StandingClock(now),
    )


def stepped(
    wiring: Wiring,
    step: Callable[..., object],
    thing_id: UUID,
    viewer: Viewer,
    *,
    at: datetime = NOW,
) -> object:
    """A step of a trade or a listing."""
    return run(wiring, step, thing_id, viewer=viewer, clock=StandingClock(at))


def test_a_sale_moves_money_and_units_together(market: Wiring) -> None:
    listing_id = for_sale(market)
    buyer = an_organisation(market, "enterprise")
    trade_id = bought(market, listing_id, 4, buyer)
    (held,) = rows(
        market,
        "select upper(numbers) - lower(numbers) as t, state, listing_id from unit_block"
        " where owner_id = :id",
        id=buyer,
    )
    assert held == {"t": 4, "state": "active", "listing_id": None}
    money = rows(
        market,
        "select credit_account as f, debit_account as t, fen from money_posting"
        " where reference_id = :id order by posting_id",
        id=trade_id,
    )
    escrow = f"escrow:{trade_id.hex}"
    assert money == [
        {"f": "bank", "t": escrow, "fen": 20_000},
        {"f": escrow, "t": "proceeds:programme", "fen": 20_000},
    ]
    (moved,) = rows(market, "select from_id, to_id, quantity_t, trade_id from unit_transfer")
    assert moved == {"from_id": None, "to_id": buyer, "quantity_t": 4, "trade_id": trade_id}


def test_an_unpaid_order_lapses_and_its_units_are_offered_again(market: Wiring) -> None:
    listing_id = for_sale(market, 10)
    first, second = (an_organisation(market, "enterprise") for _ in range(2))
    trade_id = order(market, listing_id, 10, first)
    with pytest.raises(NotEnoughUnits):
        order(market, listing_id, 1, second)
    later = NOW + timedelta(minutes=30)
    with pytest.raises(PayWindowOver):
        paid(market, trade_id, first, now=later)
    # Nobody has swept yet; the next buyer does not have to wait for it.
    order(market, listing_id, 7, second, clock=StandingClock(later))
    (state,) = rows(market, "select state from trade where trade_id = :id", id=trade_id)
    assert state["state"] == "expired"


def test_the_sweep_returns_units_of_lapsed_orders_once(market: Wiring) -> None:
    listing_id = for_sale(market, 10)
    for tonnes in (3, 4):
        order(market, listing_id, tonnes, an_organisation(market, "enterprise"))
    later = NOW + timedelta(minutes=31)
    assert run(market, expire_trades, now=NOW) == 0
    assert run(market, expire_trades, now=later) == 2
    assert run(market, expire_trades, now=later) == 0
    # Fragments fill one order together.
    bought(market, listing_id, 10, an_organisation(market, "enterprise"))


def test_a_paid_order_does_not_lapse(market: Wiring) -> None:
    listing_id = for_sale(market, 2)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 2, buyer)
    paid(market, trade_id, buyer)
    later = NOW + timedelta(days=2)
    assert run(market, expire_trades, now=later) == 0
    stepped(market, confirm_trade, trade_id, OPERATOR, at=later)


def test_a_trade_is_confirmed_once_after_it_was_paid_and_by_whom_it_concerns(
    market: Wiring,
) -> None:
    listing_id = for_sale(market, 2)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 2, buyer)

    def confirm(viewer: Viewer = OPERATOR) -> object:
        return stepped(market, confirm_trade, trade_id, viewer)

    with pytest.raises(TradeStateConflict):
        confirm()
    with pytest.raises(UnknownTrade):
        paid(market, trade_id, new_id())
    paid(market, trade_id, buyer)
    with pytest.raises(UnknownTrade):
        confirm(enterprise(buyer))
    outcomes = at_once([confirm] * 6)
    assert sum(not isinstance(each, Refusal) for each in outcomes) == 1
    assert len(rows(market, "select 1 from money_posting")) == 2


def test_a_closed_listing_gives_its_rest_back_and_takes_no_orders(market: Wiring) -> None:
    owner, block_id = an_owner(market, 5)
    listing_id = listed(market, block_id, 3, seller=owner)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 1, buyer)
    with pytest.raises(UnknownTrade):
        stepped(market, close_listing, listing_id, enterprise(buyer))
    stepped(market, close_listing, listing_id, enterprise(owner))
    with pytest.raises(ListingClosed):
        order(market, listing_id, 1, buyer)
    stepped(market, cancel_trade, trade_id, enterprise(owner))
    (held,) = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id = :id and state = 'active' and listing_id is null",
        id=owner,
    )
    assert held["t"] == 5


def test_a_cancelled_order_is_offered_again(market: Wiring) -> None:
    listing_id = for_sale(market, 2)
    trade_id = order(market, listing_id, 2, an_organisation(market, "enterprise"))
    stepped(market, cancel_trade, trade_id, OPERATOR)
    with pytest.raises(TradeStateConflict):
        stepped(market, cancel_trade, trade_id, OPERATOR)
    order(market, listing_id, 2, an_organisation(market, "enterprise"))


def test_nobody_buys_their_own_units_and_a_verifier_none_that_it_verified(market: Wiring) -> None:
    owner, block_id = an_owner(market, 3)
    listing_id = listed(market, block_id, 3, seller=owner)
    with pytest.raises(BuyerIsSeller):
        order(market, listing_id, 1, owner)
    verifier = bundle(market, block(market, block_id).bundle_id).verifier_id
    with pytest.raises(VerifierNotIndependent):
        order(market, listing_id, 1, verifier)


def test_thirty_orders_at_once_never_sell_more_than_there_is(market: Wiring) -> None:
    listing_id = for_sale(market, 20)
    buyers = [an_organisation(market, "enterprise") for _ in range(30)]
    outcomes = at_once([lambda each=each: order(market, listing_id, 1, each) for each in buyers])
    assert sum(isinstance(each, UUID) for each in outcomes) == 20
    assert sum(isinstance(each, NotEnoughUnits) for each in outcomes) == 10
    (left,) = rows(market, "select remaining_t, state from listing")
    assert left == {"remaining_t": 0, "state": "sold_out"}


def test_a_payment_that_waits_past_its_window_comes_too_late(market: Wiring) -> None:
    """It is judged by the moment at which it has the trade, not by when it was sent."""
    listing_id = for_sale(market)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 1, buyer)
    clock = StandingClock(NOW)

    def moving_on() -> None:
        clock.moment = NOW + market.programme.pay_within + timedelta(seconds=1)

    with pytest.raises(PayWindowOver):
        while_held(
            market.database,
            lambda held: held.exec_driver_sql(
                "select 1 from trade where trade_id = %s for update", (trade_id,)
            ),
            lambda: run(
                market,
                pay_trade,
                trade_id,
                payment_reference="late",
                terms=market.trade_terms,
                viewer=enterprise(buyer),
                clock=clock,
            ),
            before_letting_go=moving_on,
        )


def test_twelve_trades_at_once_with_one_payment_and_one_is_paid(market: Wiring) -> None:
    """Every trade has its own row: only the payment is common to them."""
    listing_id = for_sale(market, 12)
    buyers = [an_organisation(market, "enterprise") for _ in range(3)]
    trades = [(order(market, listing_id, 1, buyers[at % 3]), buyers[at % 3]) for at in range(12)]
    spellings = ("ICBC-2026 0701/1", "icbc202607011", "ＩＣＢＣ 2026.07.01-1")

    def paying(at: int) -> Callable[[Connection], Trade]:
        trade_id, buyer = trades[at]
        return lambda connection: pay_trade(
            connection,
            trade_id,
            payment_reference=spellings[at % 3],
            terms=market.trade_terms,
            viewer=enterprise(buyer),
            clock=StandingClock(NOW),
        )

    answers = parallel.at_once(market.settings.database_url or "", [paying(at) for at in range(12)])
    (first,) = parallel.accepted(answers)
    assert len(parallel.refused(answers, PaymentUsed)) == 11
    paid_rows = rows(market, "select trade_id, payment_key from trade where state = 'paid'")
    assert paid_rows == [{"trade_id": first.trade_id, "payment_key": "icbc202607011"}]
    # Called off, it pays one other, whoever comes at the same time.
    stepped(market, cancel_trade, first.trade_id, OPERATOR)
    rest = [at for at in range(12) if trades[at][0] != first.trade_id]
    again = parallel.at_once(market.settings.database_url or "", [paying(at) for at in rest])
    assert len(parallel.accepted(again)) == 1
    assert len(parallel.refused(again, PaymentUsed)) == 10


def test_one_payment_pays_two_sellers_for_each_knows_its_own_account(market: Wiring) -> None:
    owner, block_id = an_owner(market, 2)
    buyer = an_organisation(market, "enterprise")
    of_owner = order(market, listed(market, block_id, 2, seller=owner), 1, buyer)
    of_programme = order(market, for_sale(market, 2), 1, buyer)
    paid(market, of_owner, buyer)
    paid(market, of_programme, buyer)
    kept = rows(market, "select 1 from trade where state = 'paid' and payment_key = 'x'")
    assert len(kept) == 2
