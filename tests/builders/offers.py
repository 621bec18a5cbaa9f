"""Offers, sales and holds for tests of the domain: values only, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from rewards.redemption import code as codes
from rewards.redemption.offer import PUBLISHED, Offer
from rewards.redemption.redemption import ONLINE, TILL, Redemption, begin, captured

NOW = datetime(2026, 3, 10, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PERSON, SALE = UUID(int=3), UUID(int=4)
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
    """An online redemption that waits to be fetched until a day from now."""
    held = begin(OFFER, PERSON, SALE, quantity, channel=ONLINE, now=NOW)
    return replace(held, expires_at=NOW + codes.VOUCHER_VALID_FOR)


def a_sale(quantity: int) -> Redemption:
    """A capture at a till of this moment."""
    held = begin(OFFER, PERSON, SALE, quantity, channel=TILL, now=NOW)
    return captured(held, OFFER, out_request_no="T-000001", store_id="store-1", now=NOW)
