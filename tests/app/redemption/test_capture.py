"""A code and an offer become a redemption; and every reason why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.clock import StandingClock
from app.ids import UnknownId
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.prepare import prepare
from app.usecases.redemption.read_till_request import read_till_request
from app.usecases.redemption.release_lapsed_holds import release_lapsed_holds
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.points.lots import NotEnoughPoints
from rewards.redemption.code_use import CodeUsed
from rewards.redemption.refusals import (
    CodeExpired,
    CodeForAnotherOffer,
    NothingToReverse,
    OfferNotOnSale,
    OutOfStock,
    PersonLimitReached,
    RedemptionNotHeld,
    RequestNumberReused,
    ReversalWindowOver,
    UnknownCode,
)
from tests.builders.people import an_organisation
from tests.builders.points import a_person_with, assert_points_balance, points_of
from tests.builders.redemption import (
    a_code,
    an_offer,
    assert_stock_balances,
    capturing,
    redeeming,
    reversing,
    wanting,
)

NOW = datetime.now(UTC)


def test_a_capture_moves_points_stock_and_count_together(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring, stock_total=3)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=2))
    assert (redemption.state, redemption.points) == ("captured", 200)
    assert points_of(wiring, person)["available"] == 300
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def test_a_dry_run_moves_nothing(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring)
    code = a_code(wiring, person)
    assert capturing(wiring, wanting(offer, code), dry_run=True).points == 100
    assert points_of(wiring, person)["available"] == 100
    assert capturing(wiring, wanting(offer, code)).state == "captured"


def test_the_same_number_and_content_answer_the_same(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring)
    wanted = wanting(offer, a_code(wiring, person))
    first = capturing(wiring, wanted)
    # Long after the code's minute: a till may ask again tomorrow.
    assert capturing(wiring, wanted, now=NOW + timedelta(days=1)) == first
    assert points_of(wiring, person)["available"] == 400


def test_the_same_number_for_another_sale_is_refused(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring)
    wanted = wanting(offer, a_code(wiring, person))
    capturing(wiring, wanted)
    other = wanting(offer, a_code(wiring, person), out_request_no=wanted.out_request_no)
    with pytest.raises(RequestNumberReused):
        capturing(wiring, other)
    assert points_of(wiring, person)["available"] == 400


def test_two_merchants_may_use_the_same_number(wiring: Wiring) -> None:
    person, one, other = a_person_with(wiring, 500), an_offer(wiring), an_offer(wiring)
    wanted = wanting(one, a_code(wiring, person), out_request_no="T-000001")
    capturing(wiring, wanted)
    capturing(wiring, wanting(other, a_code(wiring, person), out_request_no="T-000001"))
    assert points_of(wiring, person)["available"] == 300


def test_a_used_code_tells_its_merchant_what_it_redeemed_and_others_nothing(
    wiring: Wiring,
) -> None:
    person, offer, foreign = a_person_with(wiring, 500), an_offer(wiring), an_offer(wiring)
    code = a_code(wiring, person)
    redemption = capturing(wiring, wanting(offer, code))
    later = NOW + timedelta(hours=1)
    with pytest.raises(CodeUsed) as own:
        capturing(wiring, wanting(offer, code), now=later)
    assert own.value.redemption == redemption
    with pytest.raises(CodeUsed) as others:
        capturing(wiring, wanting(foreign, code), now=later)
    assert others.value.redemption is None


def test_an_expired_code_is_refused_to_the_second(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring)
    code = a_code(wiring, person, now=NOW)
    with pytest.raises(CodeExpired):
        capturing(wiring, wanting(offer, code), now=NOW + timedelta(seconds=60))
    late = NOW + timedelta(seconds=59, milliseconds=999)
    assert capturing(wiring, wanting(offer, code), now=late).state == "captured"


def test_an_unknown_code_is_refused(wiring: Wiring) -> None:
    with pytest.raises(UnknownCode):
        capturing(wiring, wanting(an_offer(wiring), "620000000000000000"))


def test_another_merchants_offer_does_not_exist_here(wiring: Wiring) -> None:
    person, foreign = a_person_with(wiring, 500), an_offer(wiring)
    mine = an_organisation(wiring, "merchant")
    with pytest.raises(UnknownId):
        capturing(wiring, wanting(foreign, a_code(wiring, person), merchant_id=mine))


def test_a_code_for_one_offer_buys_no_other(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring)
    other = an_offer(wiring, merchant_id=offer.merchant_id)
    code = a_code(wiring, person, offer_id=offer.offer_id)
    with pytest.raises(CodeForAnotherOffer):
        capturing(wiring, wanting(other, code))
    assert capturing(wiring, wanting(offer, code)).offer_id == offer.offer_id


def test_an_offer_is_on_sale_from_its_opening_to_its_closing(wiring: Wiring) -> None:
    person = a_person_with(wiring, 500)
    offer = an_offer(wiring, opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    for moment in (NOW - timedelta(seconds=1), NOW + timedelta(hours=1)):
        code = a_code(wiring, person, now=moment)
        with pytest.raises(OfferNotOnSale):
            capturing(wiring, wanting(offer, code), now=moment)
    assert capturing(wiring, wanting(offer, a_code(wiring, person, now=NOW)), now=NOW)


def test_too_few_points_are_refused_with_how_many_there_are(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 50), an_offer(wiring)
    with pytest.raises(NotEnoughPoints) as refusal:
        capturing(wiring, wanting(offer, a_code(wiring, person)))
    assert refusal.value.facts == {"needed": 100, "available": 50}
    assert_stock_balances(wiring, [offer.offer_id])


def test_pending_points_cannot_be_spent(wiring: Wiring) -> None:
    # A day more than it takes: midnight may pass while the tests run.
    person = a_person_with(wiring, 100, available_at=NOW + timedelta(days=3))
    assert points_of(wiring, person) | {"expiring": []} == {
        "available": 0,
        "pending": 100,
        "held": 0,
        "debt": 0,
        "expiring": [],
    }
    with pytest.raises(NotEnoughPoints):
        capturing(wiring, wanting(an_offer(wiring), a_code(wiring, person)))


def test_the_limit_for_one_person_counts_what_was_not_reversed(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring, per_person_limit=1)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person)))
    with pytest.raises(PersonLimitReached):
        capturing(wiring, wanting(offer, a_code(wiring, person)))
    reversing(wiring, redemption)
    assert capturing(wiring, wanting(offer, a_code(wiring, person))).state == "captured"


def test_a_stock_that_lies_in_stripes_sells_to_the_last_item(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 2000), an_offer(wiring, stock_total=20, points=10)
    # More than any stripe holds.
    capturing(wiring, wanting(offer, a_code(wiring, person), quantity=15))
    for _ in range(5):
        capturing(wiring, wanting(offer, a_code(wiring, person)))
    with pytest.raises(OutOfStock) as refusal:
        capturing(wiring, wanting(offer, a_code(wiring, person)))
    assert refusal.value.facts["left"] == 0
    assert_stock_balances(wiring, [offer.offer_id])


def test_more_than_is_left_takes_nothing(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 2000), an_offer(wiring, stock_total=3)
    code = a_code(wiring, person)
    with pytest.raises(OutOfStock):
        capturing(wiring, wanting(offer, code, quantity=4))
    assert points_of(wiring, person)["available"] == 2000
    assert capturing(wiring, wanting(offer, code, quantity=3)).quantity == 3


def test_a_reversal_brings_points_stock_and_count_back(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring, stock_total=5)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=3))
    part = reversing(wiring, redemption, quantity=1)
    assert (part.state, part.reversed_quantity) == ("partly_reversed", 1)
    assert points_of(wiring, person)["available"] == 300
    whole = reversing(wiring, redemption)
    assert (whole.state, whole.reversed_quantity) == ("reversed", 3)
    assert points_of(wiring, person)["available"] == 500
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def test_reversing_what_is_reversed_answers_the_same_for_ever(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person)))
    first = reversing(wiring, redemption)
    assert reversing(wiring, redemption, now=NOW + timedelta(days=9)) == first
    with pytest.raises(NothingToReverse):
        reversing(wiring, redemption, quantity=1)
    assert points_of(wiring, person)["available"] == 100


def test_after_the_window_nothing_is_reversed(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring, reversal_window_s=600)
    wanted = wanting(offer, a_code(wiring, person, now=NOW))
    redemption = capturing(wiring, wanted, now=NOW)
    with pytest.raises(ReversalWindowOver):
        reversing(wiring, redemption, now=NOW + timedelta(seconds=600))
    last = NOW + timedelta(seconds=599)
    assert reversing(wiring, redemption, now=last).state == "reversed"


def test_another_merchant_can_neither_query_nor_reverse(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person)))
    number, other = redemption.out_request_no or "", an_organisation(wiring, "merchant")
    query = wiring.database.transact
    assert (
        query(
            lambda connection: read_till_request(
                connection, Viewer("merchant", offer.merchant_id), number
            )
        )
        == redemption
    )
    with pytest.raises(UnknownId):
        query(lambda connection: read_till_request(connection, Viewer("merchant", other), number))


def test_prepare_shows_only_what_can_be_had(wiring: Wiring) -> None:
    person, cheap = a_person_with(wiring, 100), an_offer(wiring, points=60)
    merchant = cheap.merchant_id
    an_offer(wiring, merchant_id=merchant, points=101)
    an_offer(wiring, merchant_id=merchant, stock_total=0)
    an_offer(wiring, merchant_id=merchant, opens_at=NOW + timedelta(days=1))
    exact = an_offer(wiring, merchant_id=merchant, points=100)
    code = a_code(wiring, person)
    key = wiring.settings.identity_key
    found = wiring.database.transact(prepare, merchant, code, code_key=key, now=datetime.now(UTC))
    assert [offer.offer_id for offer in found.offers] == [cheap.offer_id, exact.offer_id]
    assert points_of(wiring, person)["available"] == 100


def test_an_online_redemption_is_held_and_fetched_at_the_till(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 300), an_offer(wiring, stock_total=2)
    voucher = redeeming(wiring, person, offer, quantity=2)
    assert points_of(wiring, person) | {"expiring": []} == {
        "available": 100,
        "pending": 0,
        "held": 200,
        "debt": 0,
        "expiring": [],
    }
    assert_points_balance(wiring, [person])
    captured = capturing(wiring, wanting(offer, voucher.code))
    assert captured.redemption_id == voucher.redemption.redemption_id
    assert (captured.state, captured.quantity, captured.points) == ("captured", 2, 200)
    assert points_of(wiring, person)["held"] == 0
    with pytest.raises(CodeUsed):
        capturing(wiring, wanting(offer, voucher.code))
    assert reversing(wiring, captured).state == "reversed"
    assert points_of(wiring, person)["available"] == 300
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def test_a_voucher_of_another_shop_is_unknown_here(wiring: Wiring) -> None:
    person, offer, foreign = a_person_with(wiring, 300), an_offer(wiring), an_offer(wiring)
    voucher = redeeming(wiring, person, offer)
    with pytest.raises(UnknownCode):
        capturing(wiring, wanting(foreign, voucher.code))


def test_a_cancelled_hold_returns_everything_and_its_voucher_is_worthless(
    wiring: Wiring,
) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring, stock_total=1)
    voucher = redeeming(wiring, person, offer)
    identifier = voucher.redemption.redemption_id
    for _ in range(2):
        cancelled = wiring.database.transact(
            cancel_redemption, person, identifier, clock=wiring.clock
        )
        assert cancelled.state == "released"
    assert points_of(wiring, person)["available"] == 100
    with pytest.raises(CodeExpired):
        capturing(wiring, wanting(offer, voucher.code))
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def test_a_fetched_redemption_cannot_be_cancelled(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring)
    voucher = redeeming(wiring, person, offer)
    capturing(wiring, wanting(offer, voucher.code))
    identifier = voucher.redemption.redemption_id
    with pytest.raises(RedemptionNotHeld):
        wiring.database.transact(cancel_redemption, person, identifier, clock=wiring.clock)


def test_a_lapsed_hold_counts_as_let_go_before_any_sweep(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 100), an_offer(wiring, stock_total=1)
    voucher = redeeming(wiring, person, offer, now=NOW)
    later = NOW + timedelta(hours=24)
    assert points_of(wiring, person, now=later)["available"] == 100
    assert points_of(wiring, person, now=later)["held"] == 0
    with pytest.raises(CodeExpired):
        capturing(wiring, wanting(offer, voucher.code), now=later)
    other = an_offer(wiring)
    code = a_code(wiring, person, now=later)
    assert capturing(wiring, wanting(other, code), now=later).state == "captured"
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id, other.offer_id])


def test_the_sweep_lets_lapsed_holds_go_once(wiring: Wiring) -> None:
    people = [a_person_with(wiring, 100) for _ in range(3)]
    offer = an_offer(wiring, stock_total=3)
    for person in people:
        redeeming(wiring, person, offer, now=NOW)
    later = NOW + timedelta(hours=25)
    swept = 0
    while found := wiring.database.transact(
        release_lapsed_holds, clock=StandingClock(later), holds=2
    ):
        swept += found
    assert swept >= 3
    assert [points_of(wiring, person, now=later)["available"] for person in people] == [100] * 3
    assert_points_balance(wiring, people)
    assert_stock_balances(wiring, [offer.offer_id])
