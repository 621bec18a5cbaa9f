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
from rewards.redemption.redemption import CAPTURED, REVERSED, TILL, Redemption, reverse
from rewards.redemption.refusals import (
    NothingToReverse,
    OfferDatesWrong,
    OfferNotDraft,
    PersonLimitReached,
    ReversalWindowOver,
)

NOW = datetime(2026, 3, 10, tzinfo=UTC)
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


def a_sale(quantity: int, reversed_quantity: int = 0) -> Redemption:
    return Redemption(
        participant_id=UUID(int=3),
        redemption_id=UUID(int=4),
        merchant_id=OFFER.merchant_id,
        offer_id=OFFER.offer_id,
        title_zh=OFFER.title_zh,
        title_en=OFFER.title_en,
        channel=TILL,
        quantity=quantity,
        reversed_quantity=reversed_quantity,
        points_each=100,
        settlement_fen_each=800,
        state=CAPTURED,
        out_request_no="T-000001",
        store_id="store-1",
        created_at=NOW,
        captured_at=NOW,
        closed_at=None,
        expires_at=None,
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
