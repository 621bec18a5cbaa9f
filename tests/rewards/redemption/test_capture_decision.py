"""What a till may hand over is decided from what was read, whatever was read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.refusal import Refusal
from rewards.ledger.points import HELD as HELD_POINTS, PARTICIPANT, merchant_account
from rewards.points.lots import Lot, NotEnoughPoints, spendable
from rewards.redemption.capture import CaptureFacts, WantedCapture, check_repeat, decide_capture
from rewards.redemption.code import VOUCHER_VALID_FOR, TillCode
from rewards.redemption.code_use import CodeUsed
from rewards.redemption.offer import STATES as OFFER_STATES
from rewards.redemption.purchase import Buyer, Decision, decide_hold
from rewards.redemption.redemption import CAPTURED, HELD, ONLINE, STATES, TILL
from rewards.redemption.refusals import (
    CodeExpired,
    CodeForAnotherOffer,
    OfferNotOnSale,
    PersonLimitReached,
    RequestNumberReused,
    UnknownCode,
    UnknownOffer,
)
from tests.builders.lots import lot, some_lots
from tests.builders.offers import NOW, OFFER, PERSON, SALE, a_hold, a_sale

WANTED = WantedCapture(OFFER.merchant_id, "6200", OFFER.offer_id, "T-000001", "store-1")
CODE = TillCode(PERSON, None, NOW + timedelta(seconds=1), None)
BUYER = Buyer(PERSON, is_active=True, region="CN-33", offer=OFFER, taken=0, lots=[lot(1, 500)])
FACTS = CaptureFacts(CODE, None, BUYER)
OTHER = UUID(int=99)


def decide(facts: CaptureFacts, wanted: WantedCapture = WANTED) -> Decision:
    return decide_capture(facts, wanted, transfer_id=SALE, now=NOW)


def with_buyer(facts: CaptureFacts = FACTS, **changes: object) -> CaptureFacts:
    return replace(facts, buyer=replace(facts.buyer, **changes))  # type: ignore[arg-type]


def a_voucher(**changes: object) -> CaptureFacts:
    held = replace(a_hold(2), **changes)  # type: ignore[arg-type]
    return CaptureFacts(replace(CODE, redemption_id=held.redemption_id), held, BUYER)


def test_a_good_code_becomes_a_sale_that_the_persons_lots_pay() -> None:
    decision = decide(FACTS, replace(WANTED, quantity=3))
    sale, [posting] = decision.redemption, decision.postings
    assert (sale.state, sale.channel, sale.quantity, sale.redemption_id) == (
        CAPTURED,
        TILL,
        3,
        SALE,
    )
    assert (sale.out_request_no, sale.store_id, sale.captured_at) == ("T-000001", "store-1", NOW)
    assert (posting.points, posting.transfer_id) == (300, SALE)
    assert posting.change_of(PARTICIPANT) == -300
    assert posting.posting.debit_account == merchant_account(OFFER.merchant_id)
    assert decision.takes_stock


def test_a_voucher_becomes_a_sale_that_the_held_points_pay() -> None:
    decision = decide(a_voucher())
    sale, [posting] = decision.redemption, decision.postings
    assert (sale.state, sale.channel, sale.quantity) == (CAPTURED, ONLINE, 2)
    assert (posting.change_of(HELD_POINTS), posting.change_of(PARTICIPANT)) == (-200, 0)
    assert not decision.takes_stock, "its items were set aside when it was held"


def test_a_voucher_is_fetched_even_when_its_person_has_no_points_left() -> None:
    facts = with_buyer(a_voucher(), lots=[], taken=99)
    assert decide(facts).redemption.state == CAPTURED


def test_a_voucher_of_somebody_who_left_buys_nothing() -> None:
    with pytest.raises(UnknownCode):
        decide(with_buyer(a_voucher(), is_active=False))


def test_who_left_has_no_code_any_more() -> None:
    with pytest.raises(UnknownCode) as refusal:
        decide(with_buyer(is_active=False))
    assert refusal.value.case == "unknown"


def test_an_offer_of_another_merchant_is_not_known_here() -> None:
    for offer in (None, replace(OFFER, merchant_id=OTHER)):
        with pytest.raises(UnknownOffer) as refusal:
            decide(with_buyer(offer=offer))
        assert refusal.value.case == "offer_here"


def test_without_points_nothing_is_handed_over() -> None:
    with pytest.raises(NotEnoughPoints) as refusal:
        decide(with_buyer(lots=[lot(1, 99)]))
    assert refusal.value.facts == {"needed": 100, "available": 99}


def test_one_number_is_one_content() -> None:
    digest = b"d" * 16
    same = replace(WANTED).fingerprint(digest)
    check_repeat(WANTED.fingerprint(digest), same)
    others = (
        replace(WANTED, offer_id=OTHER),
        replace(WANTED, store_id="store-2"),
        replace(WANTED, quantity=1),
    )
    for other in (each.fingerprint(digest) for each in others):
        with pytest.raises(RequestNumberReused):
            check_repeat(same, other)
    with pytest.raises(RequestNumberReused):
        check_repeat(same, WANTED.fingerprint(b"e" * 16))


@dataclass(frozen=True)
class Drawn:
    facts: CaptureFacts
    wanted: WantedCapture


@st.composite
def anything_read(draw: st.DrawFn) -> Drawn:
    """Any code, redemption, offer, count and lots, and a till that asks for anything."""
    offer = replace(
        OFFER,
        state=draw(st.sampled_from(OFFER_STATES)),
        merchant_id=draw(st.sampled_from([OFFER.merchant_id, OTHER])),
        per_person_limit=draw(st.none() | st.integers(1, 4)),
        opens_at=NOW + timedelta(days=draw(st.integers(-2, 1))),
    )
    code = TillCode(
        PERSON,
        draw(st.sampled_from([None, OFFER.offer_id, OTHER])),
        NOW + timedelta(seconds=draw(st.integers(-1, 1))),
        None,
    )
    redeemed = None
    if draw(st.booleans()):
        redeemed = replace(
            draw(st.sampled_from([a_sale(2), a_hold(2)])),
            state=draw(st.sampled_from(STATES)),
            merchant_id=draw(st.sampled_from([OFFER.merchant_id, OTHER])),
            expires_at=NOW + timedelta(seconds=draw(st.integers(-1, 1))),
        )
        code = replace(code, redemption_id=redeemed.redemption_id)
    buyer = Buyer(
        PERSON,
        is_active=draw(st.booleans()),
        region="CN-33",
        offer=draw(st.sampled_from([offer, offer, None])),
        taken=draw(st.integers(0, 4)),
        lots=draw(some_lots()),
    )
    wanted = replace(WANTED, quantity=draw(st.none() | st.integers(1, 3)))
    return Drawn(CaptureFacts(code, redeemed, buyer), wanted)


def promised(drawn: Drawn) -> set[type[Refusal]]:
    """Every reason against it, by the plain words of the contract; empty: it must succeed."""
    facts, wanted, against = drawn.facts, drawn.wanted, set[type[Refusal]]()
    redeemed, buyer, offer = facts.redeemed, facts.buyer, facts.buyer.offer
    if not buyer.is_active:
        against.add(UnknownCode)
    if offer is None or offer.merchant_id != wanted.merchant_id:
        against.add(UnknownOffer)
    if redeemed is not None and redeemed.state == HELD:
        assert redeemed.expires_at is not None
        if redeemed.merchant_id != wanted.merchant_id:
            against.add(UnknownCode)
        if redeemed.expires_at <= NOW:
            against.add(CodeExpired)
        if wanted.quantity not in (None, redeemed.quantity):
            against.add(CodeForAnotherOffer)
        return against
    if redeemed is not None:
        ended = redeemed.state in ("released", "expired")
        against.add(CodeExpired if ended else CodeUsed)
    if facts.code.expires_at <= NOW:
        against.add(CodeExpired)
    if facts.code.offer_id not in (None, wanted.offer_id):
        against.add(CodeForAnotherOffer)
    if offer is not None:
        quantity = wanted.quantity or 1
        if offer.state != "published" or not offer.opens_at <= NOW < offer.closes_at:
            against.add(OfferNotOnSale)
        if offer.per_person_limit is not None and buyer.taken + quantity > offer.per_person_limit:
            against.add(PersonLimitReached)
        if spendable(buyer.lots, NOW) < quantity * offer.points:
            against.add(NotEnoughPoints)
    return against


@given(anything_read())
def test_a_capture_succeeds_exactly_when_nothing_speaks_against_it(drawn: Drawn) -> None:
    against, refused, decision = promised(drawn), None, None
    try:
        decision = decide(drawn.facts, drawn.wanted)
    except Refusal as refusal:
        refused = type(refusal)
    assert refused in (against or {None})
    if decision is None:
        return
    sale, [posting] = decision.redemption, decision.postings
    assert (sale.state, sale.merchant_id) == (CAPTURED, drawn.wanted.merchant_id)
    assert posting.points == sale.points == sale.quantity * OFFER.points
    remaining = {each.lot_id: each for each in drawn.facts.buyer.lots}
    assert all(_can_pay(remaining[use.lot_id], use.points) for use in posting.uses)


def _can_pay(source: Lot, points: int) -> bool:
    return source.is_spendable(NOW) and 0 < -points <= source.remaining


def test_an_online_redemption_holds_points_and_waits_a_day() -> None:
    decision = decide_hold(BUYER, 2, SALE, NOW)
    held, [posting] = decision.redemption, decision.postings
    assert (held.state, held.channel, held.expires_at) == (HELD, ONLINE, NOW + VOUCHER_VALID_FOR)
    assert (posting.change_of(PARTICIPANT), posting.change_of(HELD_POINTS)) == (-200, 200)
    assert posting.transfer_id == SALE, "by it the lots that paid are found again"
    assert decision.takes_stock


@pytest.mark.parametrize(
    "buyer",
    [
        replace(BUYER, offer=None),
        replace(BUYER, offer=replace(OFFER, state="draft")),
        replace(BUYER, is_active=False),
    ],
)
def test_what_is_not_to_be_seen_is_not_held(buyer: Buyer) -> None:
    with pytest.raises(UnknownOffer):
        decide_hold(buyer, 1, SALE, NOW)


def test_a_closed_offer_is_not_held_and_says_so() -> None:
    with pytest.raises(OfferNotOnSale):
        decide_hold(replace(BUYER, offer=replace(OFFER, state="closed")), 1, SALE, NOW)
