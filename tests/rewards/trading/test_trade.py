"""Trades and listings: every step from every state by every party, and the time to pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.viewer import Viewer
from rewards.registry.refusals import BuyerIsSeller
from rewards.trading import listing as listings
from rewards.trading.listing import Listing
from rewards.trading.refusals import (
    ListingClosed,
    PayWindowOver,
    TradeStateConflict,
    UnknownTrade,
)
from rewards.trading.trade import (
    CANCEL,
    CONFIRM,
    EXPIRED,
    PAID,
    PAY,
    RESERVED,
    STATES,
    STEPS,
    Party,
    Trade,
    order,
    seller_of,
)
from tests.builders.trading import trade_terms

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SELLER, BUYER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)
LISTING = Listing(UUID(int=4), SELLER, UUID(int=5), 10, 10, 5_000, listings.OPEN, NOW)
TRADE = order(
    LISTING,
    UUID(int=6),
    buyer_id=BUYER,
    quantity_t=3,
    terms=trade_terms(timedelta(minutes=30)),
    now=NOW,
)
OPERATOR, AUTHORITY = Viewer("operator", None), Viewer("authority", None)


def of(organisation_id: UUID) -> Viewer:
    return Viewer("enterprise", organisation_id)


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted({step for step, _ in STEPS}))
def test_a_step_is_taken_by_its_parties_from_its_states_and_refused_otherwise(
    step: str, state: str, party: Party
) -> None:
    trade = replace(TRADE, state=state)
    ever = [each for (named, _), each in STEPS.items() if named == step and party in each.by]
    allowed = STEPS.get((step, state))
    if allowed is not None and party in allowed.by:
        moved = trade.move(step, frozenset({party}), now=NOW, payment_reference="X-1")
        assert moved.state == allowed.leads_to
        return
    with pytest.raises((UnknownTrade, PayWindowOver, TradeStateConflict)) as refused:
        trade.move(step, frozenset({party}), now=NOW, payment_reference="X-1")
    if not ever:
        # Whom a step is never open to is not told that there is such a trade.
        assert isinstance(refused.value, UnknownTrade)
    elif (step, state) == (PAY, EXPIRED):
        assert isinstance(refused.value, PayWindowOver)
    else:
        assert isinstance(refused.value, TradeStateConflict)
        assert refused.value.facts["state"] == state
        assert state not in refused.value.facts["needed"]


def test_nobody_moves_a_trade_that_they_are_no_party_to() -> None:
    for step in (PAY, CONFIRM, CANCEL):
        with pytest.raises(UnknownTrade):
            TRADE.move(step, frozenset(), now=NOW)


def test_the_way_of_a_trade_leaves_its_moments() -> None:
    paid = TRADE.move(PAY, frozenset({Party.BUYER}), now=NOW, payment_reference="X-1")
    assert (paid.paid_at, paid.payment_reference, paid.closed_at) == (NOW, "X-1", None)
    later = NOW + timedelta(days=2)
    done = paid.move(CONFIRM, frozenset({Party.SELLER}), now=later)
    assert (done.delivered_at, done.closed_at, done.paid_at) == (later, later, NOW)
    assert done.payment_reference == "X-1"


def test_a_buyer_calls_off_before_paying_and_a_seller_until_delivery() -> None:
    paid = replace(TRADE, state=PAID)
    TRADE.move(CANCEL, frozenset({Party.BUYER}), now=NOW)
    paid.move(CANCEL, frozenset({Party.SELLER}), now=NOW)
    with pytest.raises(TradeStateConflict) as refused:
        paid.move(CANCEL, frozenset({Party.BUYER}), now=NOW)
    assert refused.value.facts["needed"] == [RESERVED]


@given(st.integers(-3_600, 7_200), st.sampled_from(STATES), st.integers(1, 7_200))
def test_the_time_to_pay_ends_at_its_moment(second: int, state: str, window: int) -> None:
    trade = replace(TRADE, state=state, pay_until=NOW + timedelta(seconds=window))
    at = NOW + timedelta(seconds=second)
    assert trade.has_lapsed(at) == (state == RESERVED and second >= window)
    if trade.has_lapsed(at):
        assert trade.expire(at).state == EXPIRED
        with pytest.raises(PayWindowOver) as refused:
            trade.move(PAY, frozenset({Party.BUYER}), now=at)
        assert refused.value.facts == {"pay_until": trade.pay_until.isoformat()}
    else:
        with pytest.raises(AssertionError):
            trade.expire(at)


@given(st.integers(1, 10), st.integers(1, 10**7), st.timedeltas(timedelta(1), timedelta(9)))
def test_an_order_costs_its_tonnes_and_waits_as_long_as_the_programme_says(
    tonnes: int, price: int, window: timedelta
) -> None:
    listing = replace(LISTING, price_fen_per_tonne=price)
    made = order(
        listing, UUID(int=7), buyer_id=BUYER, quantity_t=tonnes, terms=trade_terms(window), now=NOW
    )
    assert (made.amount_fen, made.pay_until - made.ordered_at) == (tonnes * price, window)
    assert (made.state, made.seller_id) == (RESERVED, SELLER)


@pytest.mark.parametrize(
    ("seller_id", "viewer", "kind", "parties"),
    [
        (SELLER, of(SELLER), "enterprise", {Party.SELLER}),
        (SELLER, of(BUYER), "enterprise", {Party.BUYER}),
        (SELLER, of(STRANGER), "enterprise", set()),
        (SELLER, of(STRANGER), "exchange", {Party.EXCHANGE}),
        (SELLER, of(SELLER), "exchange", {Party.SELLER, Party.EXCHANGE}),
        (SELLER, OPERATOR, None, set()),
        (SELLER, AUTHORITY, None, set()),
        (None, OPERATOR, None, {Party.SELLER}),
        (None, AUTHORITY, None, set()),
        (None, of(BUYER), "enterprise", {Party.BUYER}),
        (None, of(STRANGER), "enterprise", set()),
    ],
)
def test_who_stands_where(
    seller_id: UUID | None, viewer: Viewer, kind: str | None, parties: set[Party]
) -> None:
    trade: Trade = replace(TRADE, seller_id=seller_id)
    found = trade.parties(viewer, kind=kind)
    assert found == parties
    assert trade.is_shown_to(viewer, found) == (bool(parties) or viewer.sees_all)


def test_an_operator_sells_for_the_programme_and_an_enterprise_for_itself() -> None:
    assert seller_of(OPERATOR) is None
    assert seller_of(of(SELLER)) == SELLER


@pytest.mark.parametrize("state", listings.STATES)
@pytest.mark.parametrize("step", listings.STEPS)
def test_a_listing_is_moved_from_its_states_and_refused_from_every_other(
    step: str, state: str
) -> None:
    listing = replace(LISTING, state=state)
    needs, leads_to, _ = listings.STEPS[step]
    if state in needs:
        moved = listing.move(step, now=NOW)
        assert moved.state == leads_to
        assert (moved.closed_at is None) == (leads_to == listings.OPEN)
    else:
        with pytest.raises(ListingClosed) as refused:
            listing.move(step, now=NOW)
        assert refused.value.facts == {"state": state}


@given(st.lists(st.integers(1, 10), max_size=6))
def test_a_listing_is_sold_out_when_nothing_is_left_and_open_again_when_something_returns(
    orders: list[int],
) -> None:
    listing = LISTING
    for tonnes in orders:
        if tonnes > listing.remaining_t:
            continue
        taken = listing.take(tonnes, now=NOW)
        assert taken.remaining_t == listing.remaining_t - tonnes
        assert (taken.state == listings.SOLD_OUT) == (taken.remaining_t == 0)
        returned = taken.offer_again(tonnes, now=NOW)
        assert (returned.state, returned.remaining_t) == (listings.OPEN, listing.remaining_t)
        listing = taken


def test_no_more_is_sold_than_is_offered() -> None:
    with pytest.raises(AssertionError):
        LISTING.take(11, now=NOW)


def test_nobody_orders_their_own_units_or_of_a_closed_listing() -> None:
    LISTING.check_order(BUYER)
    replace(LISTING, state=listings.SOLD_OUT).check_order(BUYER)
    with pytest.raises(BuyerIsSeller):
        LISTING.check_order(SELLER)
    with pytest.raises(ListingClosed) as refused:
        replace(LISTING, state=listings.CLOSED).check_order(BUYER)
    assert refused.value.case == "over"
