"""When several things speak against a capture, the till is told one of them, always the same one.

The order is a promise: a till that lost an answer scans again later and must learn what it sold,
so that a used code is told before one that is over; and nobody learns of points or limits with a
code that is no good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from behaviours.refusal import Refusal
from rewards.redemption.capture import CaptureFacts, WantedCapture, decide_capture
from rewards.redemption.code import TillCode
from rewards.redemption.purchase import Buyer, decide_hold
from tests.builders.lots import lot
from tests.builders.offers import NOW, OFFER, PERSON, SALE, TICK, a_hold, a_sale

OTHER = UUID(int=99)
WANTED = WantedCapture(OFFER.merchant_id, "6200", OFFER.offer_id, "T-000001", "store-1", 2)
CODE = TillCode(PERSON, None, NOW + timedelta(seconds=1), None)
BUYER = Buyer(PERSON, is_active=True, region="CN-33", offer=OFFER, taken=0, lots=[lot(1, 500)])
FACTS = CaptureFacts(CODE, None, BUYER)
VOUCHER = replace(FACTS, redeemed=a_hold(2))

Spoil = Callable[[CaptureFacts], CaptureFacts]


def with_code(**changes: Any) -> Spoil:
    return lambda facts: replace(facts, code=replace(facts.code, **changes))


def with_buyer(**changes: Any) -> Spoil:
    return lambda facts: replace(facts, buyer=replace(facts.buyer, **changes))


def with_offer(**changes: Any) -> Spoil:
    def spoil(facts: CaptureFacts) -> CaptureFacts:
        assert facts.buyer.offer is not None
        return with_buyer(offer=replace(facts.buyer.offer, **changes))(facts)

    return spoil


def with_held(**changes: Any) -> Spoil:
    def spoil(facts: CaptureFacts) -> CaptureFacts:
        assert facts.redeemed is not None
        return replace(facts, redeemed=replace(facts.redeemed, **changes))

    return spoil


# What speaks against a code at a till, in the order in which it is told.
AGAINST_A_CODE: list[tuple[str, Spoil]] = [
    ("CODE_USED.here", lambda facts: replace(facts, redeemed=a_sale(1))),
    ("CODE_EXPIRED.minute_over", with_code(expires_at=NOW)),
    ("CODE_FOR_ANOTHER_OFFER.another", with_code(offer_id=OTHER)),
    ("CODE_UNKNOWN.unknown", with_buyer(is_active=False)),
    ("NOT_FOUND.offer_here", with_offer(merchant_id=OTHER)),
    ("MERCHANT_STOPPED", with_offer(is_stopped=True)),
    ("OFFER_NOT_ON_SALE", with_offer(closes_at=NOW)),
    ("OFFER_FOR_OTHER_REGIONS", with_offer(regions=["CN-44"])),
    ("PERSON_LIMIT_REACHED", with_buyer(taken=2)),
    ("NOT_ENOUGH_POINTS", with_buyer(lots=[lot(1, 199)])),
]
AGAINST_A_VOUCHER: list[tuple[str, Spoil]] = [
    ("CODE_UNKNOWN.another_shop", with_held(merchant_id=OTHER)),
    ("CODE_EXPIRED.voucher_over", with_held(expires_at=NOW)),
    ("CODE_FOR_ANOTHER_OFFER.voucher", with_held(offer_id=OTHER)),
    ("CODE_FOR_ANOTHER_OFFER.voucher_whole", with_held(quantity=3)),
    ("CODE_UNKNOWN.unknown", with_buyer(is_active=False)),
    ("NOT_FOUND.offer_here", with_buyer(offer=None)),
]
# These decided when it was held: whoever fetches what is paid for is not asked again.
NOTHING_TO_A_VOUCHER: list[Spoil] = [
    with_code(expires_at=NOW),
    with_code(offer_id=OTHER),
    with_offer(closes_at=NOW),
    with_offer(state="closed"),
    with_offer(regions=["CN-44"]),
    with_buyer(taken=99),
    with_buyer(lots=[]),
]


def answer(facts: CaptureFacts) -> str | None:
    """Under which key the capture is refused; None when it is made."""
    try:
        decide_capture(facts, WANTED, transfer_id=SALE, now=NOW)
    except Refusal as refused:
        return refused.key
    return None


@pytest.mark.parametrize(
    ("facts", "against"),
    [(FACTS, AGAINST_A_CODE), (VOUCHER, AGAINST_A_VOUCHER)],
    ids=["code", "voucher"],
)
def test_whatever_comes_together_the_first_of_the_order_is_told(
    facts: CaptureFacts, against: list[tuple[str, Spoil]]
) -> None:
    for which in product([False, True], repeat=len(against)):
        spoilt, told = facts, None
        for holds, (key, spoil) in zip(which, against, strict=True):
            if holds:
                spoilt, told = spoil(spoilt), told or key
        assert answer(spoilt) == told


def test_a_voucher_is_fetched_whatever_changed_since_it_was_paid() -> None:
    facts = VOUCHER
    for spoil in NOTHING_TO_A_VOUCHER:
        facts = spoil(facts)
        assert answer(facts) is None


def test_of_a_stopped_merchant_nothing_is_fetched_either() -> None:
    assert answer(with_offer(is_stopped=True)(VOUCHER)) == "MERCHANT_STOPPED"


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("captured", "CODE_USED.elsewhere"),
        ("partly_reversed", "CODE_USED.elsewhere"),
        ("reversed", "CODE_USED.elsewhere"),
        ("released", "CODE_EXPIRED.voucher_ended"),
        ("expired", "CODE_EXPIRED.voucher_ended"),
    ],
)
def test_another_shop_learns_that_a_code_is_used_and_not_for_what(state: str, key: str) -> None:
    sold = replace(a_sale(1), state=state, merchant_id=OTHER)
    assert answer(replace(FACTS, redeemed=sold)) == key


@pytest.mark.parametrize(
    ("spoil", "last_good"),
    [
        (with_code(expires_at=NOW), with_code(expires_at=NOW + TICK)),
        (with_offer(closes_at=NOW), with_offer(closes_at=NOW + TICK)),
        (with_offer(opens_at=NOW + TICK), with_offer(opens_at=NOW)),
        (with_buyer(taken=2), with_buyer(taken=1)),
        (with_buyer(lots=[lot(1, 199)]), with_buyer(lots=[lot(1, 200)])),
        (with_buyer(lots=[lot(1, 500, opens=1)]), with_buyer(lots=[lot(1, 500, opens=0)])),
        (with_buyer(lots=[lot(1, 500, closes=0)]), with_buyer(lots=[lot(1, 500, closes=1)])),
        (with_offer(regions=["CN-44"]), with_offer(regions=["CN-44", "CN-33"])),
    ],
)
def test_each_reason_holds_to_its_edge_and_not_beyond(spoil: Spoil, last_good: Spoil) -> None:
    assert answer(spoil(FACTS)) is not None
    assert answer(last_good(FACTS)) is None


def test_a_hold_is_refused_in_the_same_order_after_what_is_not_to_be_seen() -> None:
    against = [
        ("NOT_FOUND.offer", with_offer(state="draft")),
        ("NOT_FOUND.offer", with_buyer(is_active=False)),
        *AGAINST_A_CODE[5:],
    ]
    for which in product([False, True], repeat=len(against)):
        facts, told = FACTS, None
        for holds, (key, spoil) in zip(which, against, strict=True):
            if holds:
                facts, told = spoil(facts), told or key
        if told is None:
            assert decide_hold(facts.buyer, 2, SALE, NOW).redemption.state == "held"
            continue
        with pytest.raises(Refusal) as refused:
            decide_hold(facts.buyer, 2, SALE, NOW)
        assert refused.value.key == told
