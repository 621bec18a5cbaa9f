"""Offers, stock in stripes, codes, and what a reversal may take back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.redemption import code as codes
from rewards.redemption.code_use import check_code, check_voucher
from rewards.redemption.offer import (
    CLOSED,
    DRAFT,
    MOST_STRIPES,
    PUBLISHED,
    Offer,
    change,
    check_takeable,
    split_stock,
)
from rewards.redemption.redemption import (
    CAPTURED,
    ONLINE,
    REVERSED,
    TILL,
    Redemption,
    begin,
    reverse,
)
from rewards.redemption.refusals import (
    CodeExpired,
    NothingToReverse,
    OfferDatesWrong,
    OfferNotDraft,
    OfferNotOnSale,
    PersonLimitReached,
    ReversalWindowOver,
)

NOW = datetime(2026, 3, 10, tzinfo=UTC)
TICK = timedelta(microseconds=1)
OFFER = Offer(
    offer_id=UUID(int=1),
    merchant_id=UUID(int=2),
    title_zh="拿铁一杯",
    title_en="One latte",
    points=100,
    settlement_fen=800,
    per_person_limit=3,
    stock_total=10,
    reversal_window_s=600,
    state=PUBLISHED,
    opens_at=NOW - timedelta(days=1),
    closes_at=NOW + timedelta(days=1),
    revision=4,
)


def a_hold(quantity: int = 1) -> Redemption:
    held = begin(OFFER, UUID(int=3), UUID(int=4), quantity, channel=ONLINE, now=NOW)
    return replace(held, expires_at=NOW + codes.VOUCHER_VALID_FOR)


def a_sale(quantity: int, reversed_quantity: int = 0) -> Redemption:
    return replace(
        begin(OFFER, UUID(int=3), UUID(int=4), quantity, channel=TILL, now=NOW),
        reversed_quantity=reversed_quantity,
        state=CAPTURED,
        out_request_no="T-000001",
        store_id="store-1",
        captured_at=NOW,
        reversible_until=NOW + timedelta(seconds=600),
    )


@given(st.integers(0, 5000))
def test_stripes_hold_the_whole_stock_and_none_is_empty_without_need(stock: int) -> None:
    stripes = split_stock(stock)
    assert sum(stripes) == stock
    assert len(stripes) == min(MOST_STRIPES, max(1, stock))
    assert max(stripes) - min(stripes) <= 1


@given(st.integers(0, codes.SPACE - 1))
def test_every_code_has_18_digits_of_our_own_kind(number: int) -> None:
    code = codes.spell(number)
    assert re.fullmatch("62[0-9]{16}", code)
    # Tills route 10-15 to WeChat Pay and 25-30 to Alipay.
    assert not 10 <= int(code[:2]) <= 15
    assert not 25 <= int(code[:2]) <= 30


def test_a_stored_code_is_worth_nothing_without_the_key() -> None:
    code = codes.spell(123)
    assert codes.digest(code, b"k" * 32) == codes.digest(code, b"k" * 32)
    assert codes.digest(code, b"k" * 32) != codes.digest(code, b"l" * 32)


def test_the_limit_counts_what_is_asked_for() -> None:
    check_takeable(OFFER, quantity=3, taken=0, now=NOW)
    with pytest.raises(PersonLimitReached) as refusal:
        check_takeable(OFFER, quantity=2, taken=2, now=NOW)
    assert refusal.value.details == {"limit": 3, "left": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"points": 1},
        {"settlement_fen": 1},
        {"per_person_limit": None},
        {"reversal_window_s": 1},
        {"opens_at": NOW},
        {"state": DRAFT},
    ],
)
def test_what_people_rely_on_stays_after_publication(changes: dict[str, Any]) -> None:
    with pytest.raises(OfferNotDraft):
        change(OFFER, changes, now=NOW)


def test_a_change_is_the_next_revision_and_no_change_is_none() -> None:
    assert change(OFFER, {"stock_total": 12}, now=NOW).revision == 5
    assert change(OFFER, {"stock_total": 10}, now=NOW) is OFFER
    closed = change(OFFER, {"state": CLOSED}, now=NOW)
    with pytest.raises(OfferNotDraft):
        change(closed, {"title_en": "Tea"}, now=NOW)
    with pytest.raises(OfferDatesWrong):
        change(OFFER, {"closes_at": NOW}, now=NOW)


@given(st.integers(1, 50), st.data())
def test_reversals_add_up_to_the_sale_and_never_beyond(quantity: int, data: st.DataObject) -> None:
    sale, points, fen = a_sale(quantity), 0, 0
    while sale.quantity_left:
        part = data.draw(st.none() | st.integers(1, sale.quantity_left))
        reversal = reverse(sale, part, NOW)
        assert reversal is not None
        points, fen = points + reversal.points, fen + reversal.settlement_fen
        sale = replace(
            sale,
            state=reversal.state,
            reversed_quantity=sale.reversed_quantity + reversal.quantity,
        )
    assert (points, fen, sale.state) == (quantity * 100, quantity * 800, REVERSED)
    assert reverse(sale, None, NOW + timedelta(days=99)) is None
    with pytest.raises(NothingToReverse):
        reverse(sale, 1, NOW)


def test_the_window_closes_to_the_second() -> None:
    sale = a_sale(1)
    assert reverse(sale, None, NOW + timedelta(seconds=599))
    with pytest.raises(ReversalWindowOver):
        reverse(sale, None, NOW + timedelta(seconds=600))


def test_an_offer_is_on_sale_from_its_first_moment_until_just_before_its_last() -> None:
    check_takeable(OFFER, quantity=1, taken=0, now=OFFER.opens_at)
    for when in (OFFER.opens_at - TICK, OFFER.closes_at):
        with pytest.raises(OfferNotOnSale):
            check_takeable(OFFER, quantity=1, taken=0, now=when)


def test_a_code_ends_to_the_microsecond() -> None:
    def show(now: datetime) -> None:
        check_code(
            expires_at=NOW,
            for_offer=None,
            offer_id=OFFER.offer_id,
            redeemed=None,
            merchant_id=OFFER.merchant_id,
            now=now,
        )

    show(NOW - TICK)
    with pytest.raises(CodeExpired):
        show(NOW)


def test_a_voucher_ends_to_the_microsecond() -> None:
    held = a_hold()
    assert held.expires_at is not None

    def fetch(now: datetime) -> None:
        check_voucher(held, merchant_id=OFFER.merchant_id, offer_id=None, quantity=None, now=now)

    fetch(held.expires_at - TICK)
    with pytest.raises(CodeExpired):
        fetch(held.expires_at)
