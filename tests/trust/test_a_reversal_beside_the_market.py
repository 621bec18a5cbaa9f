"""What is taken back after the issue, beside whatever else is done with the units.

Each is done twice: while the reversal is not committed yet, and the other way round. Whoever comes
second waits, the books balance, and nothing is sold or used that has no cover.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.pooling.freeze_bundle import freeze_bundle
from app.usecases.pooling.seal_chunks import seal_chunks
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.list_units import list_units
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.pooling.bundle import SEALED
from rewards.registry.refusals import BlockNotAvailable, UnitsNotCovered
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.market import (
    NOW,
    PV,
    bundle,
    issued,
    pooled_pv,
    rows,
    run,
    sealing,
    sign_by_both,
)
from tests.builders.people import an_organisation
from tests.builders.selling import bought, listed, programme_block, retirement_of
from tests.builders.shortfall import reversal
from tests.builders.trading import trade_terms
from tests.builders.viewers import OPERATOR, enterprise

__all__ = ["market", "shut"]
Work = Callable[[Connection], Any]


class Sold(NamedTuple):
    """An issued bundle, one of its actions, and who has or wants its units."""

    wiring: Wiring
    action: UUID
    bundle_id: UUID
    tonnes: int
    one: UUID
    other: UUID

    def reverse(self, connection: Connection) -> Any:
        return reversal(self.wiring, self.action)(connection)

    def stock(self) -> UUID:
        return programme_block(self.wiring, self.bundle_id)

    def holding(self) -> UUID:
        """The block of everything, which the one enterprise has bought."""
        bought(self.wiring, listed(self.wiring, self.stock(), self.tonnes), self.tonnes, self.one)
        (row,) = rows(
            self.wiring,
            "select block_id from unit_block where owner_id = :id and state = 'active'",
            id=self.one,
        )
        return row["block_id"]

    def suspended_t(self) -> int:
        (row,) = rows(
            self.wiring,
            "select coalesce(sum(upper(numbers) - lower(numbers)), 0)::int as t from unit_block"
            " where state = 'suspended'",
        )
        return row["t"]


@pytest.fixture
def sold(market: Wiring) -> Sold:
    ((_, action), *_) = pooled_pv(market)
    bundle_id = issued(market, methodology=PV)
    one, other = (an_organisation(market, "enterprise") for _ in range(2))
    return Sold(market, action, bundle_id, bundle(market, bundle_id).issued_t or 0, one, other)


def listing(sold: Sold) -> Work:
    block_id = sold.stock()
    return lambda connection: list_units(
        connection,
        block_id,
        quantity_t=sold.tonnes,
        price_fen_per_tonne=5_000,
        viewer=OPERATOR,
        clock=StandingClock(NOW),
    )


def ordering(sold: Sold) -> Work:
    listing_id = listed(sold.wiring, sold.stock(), sold.tonnes)
    return lambda connection: order_units(
        connection,
        listing_id,
        quantity_t=sold.tonnes,
        buyer_id=sold.one,
        client_reference=secrets.token_hex(8),
        terms=trade_terms(),
        clock=StandingClock(NOW),
    )


def paying(sold: Sold) -> Work:
    trade_id = run(sold.wiring, ordering(sold)).trade_id
    return lambda connection: pay_trade(
        connection,
        trade_id,
        payment_reference=f"bank-{trade_id}",
        terms=trade_terms(),
        viewer=enterprise(sold.one),
        clock=StandingClock(NOW),
    )


def delivering(sold: Sold) -> Work:
    trade_id = run(sold.wiring, paying(sold)).trade_id
    return lambda connection: confirm_trade(
        connection, trade_id, viewer=OPERATOR, clock=StandingClock(NOW)
    )


def transferring(sold: Sold) -> Work:
    block_id = sold.holding()
    return lambda connection: transfer_units(
        connection,
        block_id,
        quantity_t=sold.tonnes,
        from_id=sold.one,
        to_id=sold.other,
        client_reference=secrets.token_hex(8),
        clock=StandingClock(NOW),
    )


def retiring(sold: Sold) -> Work:
    sold.holding()
    return retirement(sold, sold.tonnes)


def retirement(sold: Sold, tonnes: int, block_id: UUID | None = None) -> Work:
    return retirement_of(sold.wiring, sold.one, tonnes, block_id)


DONE = [
    (listing, BlockNotAvailable),
    (ordering, UnitsNotCovered),
    (paying, UnitsNotCovered),
    (delivering, UnitsNotCovered),
    (transferring, BlockNotAvailable),
    (retiring, UnitsNotCovered),
]
NAMES = [each.__name__ for each, _ in DONE]


@pytest.mark.parametrize(("prepare", "why"), DONE, ids=NAMES)
def test_what_waits_for_a_reversal_is_refused_what_has_no_cover(
    sold: Sold, prepare: Callable[[Sold], Work], why: type[Refusal]
) -> None:
    work = prepare(sold)
    with pytest.raises(why):
        while_held(sold.wiring.database, sold.reverse, lambda: run(sold.wiring, work))
    assert sold.suspended_t() > 0
    assert_books_balance(sold.wiring)


@pytest.mark.parametrize(("prepare", "_why"), DONE, ids=NAMES)
def test_a_reversal_that_waits_for_it_suspends_what_is_left_unused(
    sold: Sold, prepare: Callable[[Sold], Work], _why: type[Refusal]
) -> None:
    work = prepare(sold)
    while_held(sold.wiring.database, work, lambda: run(sold.wiring, sold.reverse))
    assert bundle(sold.wiring, sold.bundle_id).shortfall_mg > 0
    assert (sold.suspended_t() > 0) == (prepare is not retiring)
    assert_books_balance(sold.wiring)


@pytest.mark.parametrize("prepare", [each for each, _ in DONE], ids=NAMES)
def test_many_at_once_leave_the_books_balanced(sold: Sold, prepare: Callable[[Sold], Work]) -> None:
    work = prepare(sold)
    calls = [lambda: run(sold.wiring, work)] * 3
    outcomes = at_once([*calls, lambda: run(sold.wiring, sold.reverse), *calls])
    assert sum(not isinstance(each, Refusal) for each in outcomes) in (1, 2)
    assert bundle(sold.wiring, sold.bundle_id).shortfall_mg > 0
    assert_books_balance(sold.wiring)


@pytest.mark.parametrize("end", ["cancel", "lapse"])
def test_an_order_of_which_some_is_suspended_comes_to_an_end(sold: Sold, end: str) -> None:
    wiring = sold.wiring
    trade = run(wiring, ordering(sold))
    run(wiring, sold.reverse)
    stopped_t = sold.suspended_t()
    if end == "cancel":
        run(
            wiring,
            cancel_trade,
            trade.trade_id,
            viewer=enterprise(sold.one),
            clock=StandingClock(NOW),
        )
    else:
        assert run(wiring, expire_trades, now=NOW + timedelta(hours=2)) == 1
    assert sold.suspended_t() == stopped_t
    assert not rows(
        wiring,
        "select from unit_block where trade_id = :id and state <> 'split'",
        id=trade.trade_id,
    )
    assert_books_balance(wiring)


def test_who_asks_for_more_than_is_covered_is_told_how_much_is_suspended(sold: Sold) -> None:
    wiring = sold.wiring
    sold.holding()
    run(wiring, sold.reverse)
    stopped_t = sold.suspended_t()
    (left,) = rows(
        wiring,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=sold.one,
    )
    wishes: list[Work] = [
        retirement(sold, sold.tonnes),
        retirement(sold, sold.tonnes, left["block_id"]),
        lambda connection: list_units(
            connection,
            left["block_id"],
            quantity_t=sold.tonnes,
            price_fen_per_tonne=5_000,
            viewer=enterprise(sold.one),
            clock=StandingClock(NOW),
        ),
        lambda connection: transfer_units(
            connection,
            left["block_id"],
            quantity_t=sold.tonnes,
            from_id=sold.one,
            to_id=sold.other,
            client_reference=secrets.token_hex(8),
            clock=StandingClock(NOW),
        ),
    ]
    for wish in wishes:
        with pytest.raises(UnitsNotCovered) as refused:
            run(wiring, wish)
        assert refused.value.facts == {
            "bundle_id": f"bdl_{sold.bundle_id.hex}",
            "uncovered_t": str(stopped_t),
        }
    run(wiring, retirement(sold, sold.tonnes - stopped_t))
    with pytest.raises(UnitsNotCovered):
        run(wiring, retirement(sold, 1))
    assert_books_balance(wiring)


@pytest.mark.parametrize("reversal_waits", [True, False])
def test_a_reversal_beside_the_seal_of_what_is_frozen_is_covered_and_stays_a_leaf(
    market: Wiring, reversal_waits: bool
) -> None:
    ((_, action), *_) = pooled_pv(market)
    bundle_id = sealing(market, methodology=PV)
    run(market, freeze_bundle, bundle_id, zone=market.zone, clock=market.clock)

    def seal(connection: Connection) -> Any:
        return seal_chunks(connection, bundle_id, now=NOW)

    works = (seal, reversal(market, action))
    held, waits = works if reversal_waits else works[::-1]
    while_held(market.database, held, lambda: run(market, waits))
    while not run(market, seal)[2]:
        pass
    sealed = bundle(market, bundle_id)
    assert (sealed.state, sealed.reductions) == (SEALED, 3)
    assert sealed.shortfall_mg > 0
    assert_books_balance(market)
    sign_by_both(market, sign_issue, bundle_id)
    assert bundle(market, bundle_id).shortfall_mg > 0
    assert_books_balance(market)
