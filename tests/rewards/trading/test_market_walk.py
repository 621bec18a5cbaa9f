"""A listing and its orders on any way: no tonne is sold twice, and no fen is lost.

Beside the real listing, trades and money book stands a till of plain numbers: how many tonnes are
still offered, wait in an order, were delivered, or went back to the seller.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from rewards.ledger import money
from rewards.ledger.posting import Posting
from rewards.registry.refusals import BuyerIsSeller
from rewards.trading.listing import Listing
from rewards.trading.refusals import (
    ListingClosed,
    PayWindowOver,
    TradeStateConflict,
    UnknownTrade,
)
from rewards.trading.trade import STATES, Party, Trade, normal_payment_reference, order
from tests.builders.trading import trade_terms

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
SELLER, BUYER = UUID(int=1), UUID(int=2)
BY_SELLER, BY_BUYER = frozenset({Party.SELLER}), frozenset({Party.BUYER})
BY_EXCHANGE = frozenset({Party.EXCHANGE})
WINDOW, HOUR = timedelta(hours=5), timedelta(hours=1)
TERMS = trade_terms(WINDOW)
TONNES, PRICE = 20, 4_217


def a_listing(**changes: object) -> Listing:
    given = {"state": "open", "remaining_t": TONNES, "seller_id": SELLER, **changes}
    return Listing(
        UUID(int=3),
        block_id=UUID(int=4),
        quantity_t=TONNES,
        price_fen_per_tonne=PRICE,
        created_at=BEGIN,
        **given,  # type: ignore[arg-type]
    )


@dataclass
class Order:
    """An order as the till remembers it."""

    quantity_t: int
    pay_until: datetime
    state: str = "reserved"


@dataclass
class Till:
    """Plain numbers beside the market."""

    offered_t: int = TONNES
    is_closed: bool = False
    delivered_t: int = 0
    returned_t: int = 0
    orders: list[Order] = field(default_factory=list)

    @property
    def waiting_t(self) -> int:
        return sum(each.quantity_t for each in self.orders if each.state in {"reserved", "paid"})

    def gives_back(self, quantity_t: int) -> None:
        if self.is_closed:
            self.returned_t += quantity_t
        else:
            self.offered_t += quantity_t


class Market:
    """The real things, with the till beside them; an hour passes before every call."""

    def __init__(self) -> None:
        self.now, self.listing, self.till = BEGIN, a_listing(), Till()
        self.trades: list[Trade] = []
        self.book: list[Posting] = []

    def orders(self, quantity_t: int) -> None:
        if self.till.is_closed:
            with pytest.raises(ListingClosed):
                self.listing.check_order(BUYER)
            return
        if quantity_t > self.till.offered_t:
            with pytest.raises(AssertionError, match="than is offered"):
                self.listing.take(quantity_t, now=self.now)
            return
        self.listing.check_order(BUYER)
        self.listing = self.listing.take(quantity_t, now=self.now)
        self.till.offered_t -= quantity_t
        self.trades.append(
            order(
                self.listing,
                UUID(int=100 + len(self.trades)),
                buyer_id=BUYER,
                quantity_t=quantity_t,
                terms=TERMS,
                now=self.now,
            )
        )
        self.till.orders.append(Order(quantity_t, self.now + WINDOW))

    def closes(self) -> None:
        if self.till.is_closed or self.till.offered_t == 0:
            with pytest.raises(ListingClosed):
                self.listing.move("close", now=self.now, remaining_t=0)
            return
        self.listing = self.listing.move("close", now=self.now, remaining_t=0)
        self.till.returned_t += self.till.offered_t
        self.till.offered_t, self.till.is_closed = 0, True

    def pays(self, at: int) -> None:
        known = self.till.orders[at]
        late = known.state == "expired" or (
            known.state == "reserved" and self.now >= known.pay_until
        )
        if late or known.state != "reserved":
            with pytest.raises(PayWindowOver if late else TradeStateConflict):
                self.trades[at].move("pay", BY_BUYER, now=self.now, payment_reference="P-1")
            return
        self.moves(at, "pay", BY_BUYER)
        known.state = "paid"

    def confirms(self, at: int) -> None:
        known, trade = self.till.orders[at], self.trades[at]
        if known.state != "paid":
            with pytest.raises(TradeStateConflict):
                trade.move("confirm", BY_SELLER, now=self.now)
            return
        self.moves(at, "confirm", BY_EXCHANGE)
        self.book += money.settle(trade.trade_id, seller_id=SELLER, amount_fen=trade.amount_fen)
        known.state = "delivered"
        self.till.delivered_t += known.quantity_t

    def calls_off(self, at: int, by: frozenset[Party]) -> None:
        known = self.till.orders[at]
        if known.state not in ({"reserved"} if by == BY_BUYER else {"reserved", "paid"}):
            with pytest.raises(TradeStateConflict):
                self.trades[at].move("cancel", by, now=self.now)
            return
        self.moves(at, "cancel", by)
        known.state = "cancelled"
        self.returns(known.quantity_t)

    def sweeps(self) -> None:
        for at, known in enumerate(self.till.orders):
            lapsed = known.state == "reserved" and self.now >= known.pay_until
            assert self.trades[at].has_lapsed(self.now) == lapsed
            if lapsed:
                self.trades[at] = self.trades[at].expire(self.now)
                known.state = "expired"
                self.returns(known.quantity_t)

    def moves(self, at: int, step: str, by: frozenset[Party]) -> None:
        self.trades[at] = self.trades[at].move(step, by, now=self.now)

    def returns(self, quantity_t: int) -> None:
        self.till.gives_back(quantity_t)
        if not self.listing.is_closed:
            self.listing = self.listing.offer_again(quantity_t, now=self.now)

    def agrees(self) -> None:
        till = self.till
        assert self.listing.remaining_t == till.offered_t
        state = "closed" if till.is_closed else "open" if till.offered_t else "sold_out"
        assert self.listing.state == state
        assert (self.listing.closed_at is None) == (state == "open")
        assert [each.state for each in self.trades] == [each.state for each in till.orders]
        everywhere = till.offered_t + till.waiting_t + till.delivered_t + till.returned_t
        assert everywhere == TONNES
        held: Counter[str] = Counter()
        for each in self.book:
            held[each.debit_account] += each.amount
            held[each.credit_account] -= each.amount
        earned = till.delivered_t * PRICE
        assert held[money.proceeds_account(SELLER)] == earned == -held[money.BANK]
        assert all(held[money.escrow_account(each.trade_id)] == 0 for each in self.trades)


def walked(walk: list[tuple[str, int]]) -> Market:
    market = Market()
    for call, number in walk:
        market.now += HOUR
        if call == "order":
            market.orders(1 + number % 8)
        elif call == "close":
            market.closes()
        elif call == "sweep":
            market.sweeps()
        elif market.trades:
            at = number % len(market.trades)
            if call == "pay":
                market.pays(at)
            elif call == "confirm":
                market.confirms(at)
            else:
                market.calls_off(at, BY_BUYER if call == "buyer" else BY_SELLER)
        market.agrees()
    return market


OFTEN = ["order", "order", "order", "pay", "pay", "confirm", "buyer", "seller", "sweep"]
walks = st.lists(
    st.tuples(st.sampled_from([*OFTEN, *OFTEN, "close"]), st.integers(0, 99)),
    min_size=6,
    max_size=40,
)


@settings(max_examples=120)
@given(walks)
def test_a_listing_its_orders_and_its_money_agree_with_plain_counting(
    walk: list[tuple[str, int]],
) -> None:
    market = walked(walk)
    for trade in market.trades:
        assert trade.amount_fen == trade.quantity_t * PRICE
        assert (trade.paid_at is not None) >= (trade.state in {"paid", "delivered"})
        assert (trade.delivered_at is not None) == (trade.state == "delivered")
        assert (trade.closed_at is None) == (trade.state in {"reserved", "paid"})


@pytest.mark.parametrize(
    ("step", "by"),
    [
        ("pay", BY_SELLER),
        ("pay", BY_EXCHANGE),
        ("confirm", BY_BUYER),
        ("expire", BY_BUYER | BY_SELLER | BY_EXCHANGE),
        ("cancel", frozenset({Party.TIME})),
    ],
)
def test_a_step_that_is_somebody_elses_in_every_state_is_not_there(
    step: str, by: frozenset[Party]
) -> None:
    trade = order(a_listing(), UUID(int=9), buyer_id=BUYER, quantity_t=2, terms=TERMS, now=BEGIN)
    with pytest.raises(UnknownTrade):
        trade.move(step, by, now=BEGIN)


def test_nobody_buys_from_itself_even_of_what_is_closed() -> None:
    for listing in (a_listing(), a_listing(state="closed", remaining_t=0)):
        with pytest.raises(BuyerIsSeller):
            listing.check_order(SELLER)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ICBC 2026/07-0001", "icbc2026070001", True),
        ("ＩＣＢＣ２０２６", "icbc2026", True),
        ("٤٢", "42", True),
        ("STRASSE-1", "straße 1", True),
        ("0001", "1", False),
        ("P-1", "P-I", False),
        # Nothing but signs is still something, and not the same as other signs.
        ("--", "//", False),
    ],
)
def test_a_payment_is_known_again_however_it_is_written(
    one: str, other: str, *, same: bool
) -> None:
    assert (normal_payment_reference(one) == normal_payment_reference(other)) == same


@pytest.mark.parametrize("state", STATES)
def test_a_payment_is_kept_for_its_trade_unless_that_was_called_off_or_never_came(
    state: str,
) -> None:
    trade = order(a_listing(), UUID(int=9), buyer_id=BUYER, quantity_t=2, terms=TERMS, now=BEGIN)
    assert trade.payment_key is None
    paid = trade.move("pay", BY_BUYER, now=BEGIN, payment_reference="P-1")
    kept = Trade(**{name: getattr(paid, name) for name in paid.__slots__} | {"state": state})
    assert kept.payment_key == (None if state in {"cancelled", "not_received"} else "p1")
