"""Codes: their form, their one minute, and what a shown code or voucher is refused for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.redemption import code as codes
from rewards.redemption.code import TillCode
from rewards.redemption.code_use import CodeUsed, check_code, check_voucher
from rewards.redemption.redemption import ENDED_STATES, SOLD_STATES, Redemption
from rewards.redemption.refusals import CodeExpired, CodeForAnotherOffer, UnknownCode
from tests.builders.offers import NOW, OFFER, PERSON, TICK, a_hold, a_sale

CODE = TillCode(PERSON, None, NOW, None)
ELSEWHERE = UUID(int=99)


def show(code: TillCode = CODE, *, now: datetime = NOW - TICK, **changes: Any) -> None:
    given: dict[str, Any] = {
        "offer_id": OFFER.offer_id,
        "redeemed": None,
        "merchant_id": OFFER.merchant_id,
        **changes,
    }
    check_code(code, now=now, **given)


def fetch(held: Redemption, *, now: datetime = NOW, **changes: Any) -> None:
    given: dict[str, Any] = {
        "merchant_id": OFFER.merchant_id,
        "offer_id": None,
        "quantity": None,
        **changes,
    }
    check_voucher(held, now=now, **given)


@given(st.integers(0, codes.SPACE - 1))
def test_every_code_has_18_digits_of_our_own_kind(number: int) -> None:
    code = codes.digits_of(number)
    assert re.fullmatch("62[0-9]{16}", code)
    # Tills route 10-15 to WeChat Pay and 25-30 to Alipay.
    assert not 10 <= int(code[:2]) <= 15
    assert not 25 <= int(code[:2]) <= 30


@pytest.mark.parametrize("number", [-1, codes.SPACE])
def test_a_number_outside_the_space_is_no_code(number: int) -> None:
    with pytest.raises(AssertionError):
        codes.digits_of(number)


def test_a_stored_code_is_worth_nothing_without_the_key() -> None:
    code = codes.digits_of(123)
    assert codes.digest(code, b"k" * 32) == codes.digest(code, b"k" * 32)
    assert codes.digest(code, b"k" * 32) != codes.digest(code, b"l" * 32)


def test_a_code_is_drawn_for_its_own_person_while_it_is_good() -> None:
    assert CODE.is_shown_to(PERSON, NOW - TICK)
    assert not CODE.is_shown_to(PERSON, NOW)
    assert not CODE.is_shown_to(ELSEWHERE, NOW - TICK)


def test_a_code_ends_to_the_microsecond() -> None:
    show()
    with pytest.raises(CodeExpired) as refusal:
        show(now=NOW)
    assert refusal.value.case == "minute_over"


def test_a_code_for_one_offer_buys_no_other() -> None:
    for_one = replace(CODE, offer_id=OFFER.offer_id)
    show(for_one)
    show(for_one, offer_id=None)
    with pytest.raises(CodeForAnotherOffer) as refusal:
        show(for_one, offer_id=ELSEWHERE)
    assert (refusal.value.case, refusal.value.pointer) == ("another", "/offer_id")


@pytest.mark.parametrize("state", SOLD_STATES)
def test_a_used_code_tells_its_own_merchant_what_it_redeemed_also_later(state: str) -> None:
    sale = replace(a_sale(1), state=state)
    with pytest.raises(CodeUsed) as refusal:
        show(redeemed=sale, now=NOW + timedelta(days=9))
    assert (refusal.value.case, refusal.value.redemption) == ("here", sale)
    with pytest.raises(CodeUsed) as refusal:
        show(redeemed=sale, merchant_id=ELSEWHERE)
    assert (refusal.value.case, refusal.value.redemption) == ("elsewhere", None)


@pytest.mark.parametrize("state", ENDED_STATES)
def test_the_code_of_an_ended_voucher_has_expired(state: str) -> None:
    with pytest.raises(CodeExpired) as refusal:
        show(redeemed=replace(a_hold(), state=state))
    assert refusal.value.case == "voucher_ended"


def test_a_voucher_ends_to_the_microsecond() -> None:
    held = a_hold()
    assert held.expires_at is not None
    fetch(held, now=held.expires_at - TICK)
    with pytest.raises(CodeExpired) as refusal:
        fetch(held, now=held.expires_at)
    assert refusal.value.case == "voucher_over"


def test_a_voucher_is_its_own_shops() -> None:
    with pytest.raises(UnknownCode) as refusal:
        fetch(a_hold(), merchant_id=ELSEWHERE)
    assert refusal.value.case == "another_shop"


def test_a_voucher_is_fetched_whole_and_for_what_it_was_made_out() -> None:
    held = a_hold(2)
    fetch(held, offer_id=OFFER.offer_id, quantity=2)
    with pytest.raises(CodeForAnotherOffer) as other:
        fetch(held, offer_id=ELSEWHERE)
    with pytest.raises(CodeForAnotherOffer) as part:
        fetch(held, quantity=1)
    assert [each.value.case for each in (other, part)] == ["voucher", "voucher_whole"]
    assert [each.value.pointer for each in (other, part)] == ["/offer_id", "/quantity"]
    assert part.value.facts["quantity"] == 2
