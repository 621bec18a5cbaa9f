"""Many tills, phones and sweeps at the same instant, on real parallel connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock, StandingClock
from app.store.database import Connection
from app.usecases.points.claw_back import claw_back
from app.usecases.points.expire_lots import expire_lots
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.capture import capture
from app.usecases.redemption.redeem_online import redeem_online
from app.usecases.redemption.release_lapsed_holds import release_lapsed_holds
from app.usecases.redemption.reverse_redemption import reverse_redemption
from app.wiring import Wiring
from rewards.points.clawback import AwardToTakeBack
from rewards.points.lots import NotEnoughPoints
from rewards.redemption.capture import WantedCapture
from rewards.redemption.code_use import CodeUsed
from rewards.redemption.offer import Offer
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import (
    CodeExpired,
    NothingToReverse,
    OutOfStock,
    PersonLimitReached,
    RequestNumberReused,
)
from tests.builders.parallel import accepted, at_once, refused
from tests.builders.points import (
    a_person_with,
    assert_points_balance,
    give_points,
    points_of,
)
from tests.builders.redemption import (
    a_code,
    a_request_no,
    an_offer,
    assert_stock_balances,
    capturing,
    redeeming,
    wanting,
)

Work = Callable[[Connection], Any]


def _capture(wiring: Wiring, wanted: WantedCapture, now: datetime | None = None) -> Work:
    key, clock = wiring.settings.identity_key, StandingClock(now) if now else wiring.clock
    return lambda connection: capture(
        connection, wanted, code_key=key, zone=wiring.zone, clock=clock
    )


def _reverse(wiring: Wiring, redemption: Redemption, quantity: int | None = None) -> Work:
    number, refund = redemption.out_request_no or "", a_request_no()
    return lambda connection: reverse_redemption(
        connection,
        redemption.merchant_id,
        number,
        quantity=quantity,
        out_refund_no=refund,
        zone=wiring.zone,
        clock=Clock(None),
    )


def _run(wiring: Wiring, works: list[Work]) -> list[Any]:
    return at_once(wiring.settings.database_url or "", works)


def _thirty_tills(wiring: Wiring, *, stock_total: int) -> tuple[list[UUID], Offer, list[Any]]:
    """Thirty people, who each try to get an item of this stock at the same moment."""
    people = [a_person_with(wiring, 100) for _ in range(30)]
    offer = an_offer(wiring, stock_total=stock_total)
    captures = [_capture(wiring, wanting(offer, a_code(wiring, each))) for each in people]
    return people, offer, _run(wiring, captures)


def test_of_thirty_tills_exactly_one_captures_the_last_item(wiring: Wiring) -> None:
    people, offer, answers = _thirty_tills(wiring, stock_total=1)
    assert len(accepted(answers)) == 1
    assert len(refused(answers, OutOfStock)) == 29
    assert sum(points_of(wiring, each)["available"] for each in people) == 2900
    assert_points_balance(wiring, people)
    assert_stock_balances(wiring, [offer.offer_id])


def test_thirty_tills_sell_a_striped_stock_of_twenty_to_the_last_item(wiring: Wiring) -> None:
    _, offer, answers = _thirty_tills(wiring, stock_total=20)
    assert len(accepted(answers)) == 20
    assert len(refused(answers, OutOfStock)) == 10
    assert_stock_balances(wiring, [offer.offer_id])


def test_one_code_shown_to_twenty_tills_redeems_once(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 1000), an_offer(wiring)
    code = a_code(wiring, person)
    answers = _run(wiring, [_capture(wiring, wanting(offer, code)) for _ in range(20)])
    [won] = accepted(answers)
    lost = refused(answers, CodeUsed)
    assert len(lost) == 19
    assert {each.redemption.redemption_id for each in lost} == {won.redemption_id}
    assert points_of(wiring, person)["available"] == 900


def test_twenty_repeats_of_one_request_number_get_one_answer(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 1000), an_offer(wiring)
    wanted = wanting(offer, a_code(wiring, person))
    answers = _run(wiring, [_capture(wiring, wanted) for _ in range(20)])
    assert len(accepted(answers)) == 20
    assert len({each.redemption_id for each in answers}) == 1
    assert points_of(wiring, person)["available"] == 900
    assert_stock_balances(wiring, [offer.offer_id])


def test_one_request_number_for_ten_people_serves_one_of_them(wiring: Wiring) -> None:
    people = [a_person_with(wiring, 100) for _ in range(10)]
    offer, number = an_offer(wiring), a_request_no()
    answers = _run(
        wiring,
        [
            _capture(wiring, wanting(offer, a_code(wiring, each), out_request_no=number))
            for each in people
        ],
    )
    assert len(accepted(answers)) == 1
    assert len(refused(answers, RequestNumberReused)) == 9
    assert_stock_balances(wiring, [offer.offer_id])


def test_twenty_codes_of_one_person_never_spend_more_than_there_is(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 350), an_offer(wiring)
    codes = [a_code(wiring, person) for _ in range(20)]
    answers = _run(wiring, [_capture(wiring, wanting(offer, code)) for code in codes])
    assert len(accepted(answers)) == 3
    assert len(refused(answers, NotEnoughPoints)) == 17
    assert points_of(wiring, person)["available"] == 50
    assert_points_balance(wiring, [person])


def test_the_limit_for_one_person_holds_at_twenty_tills(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 2000), an_offer(wiring, per_person_limit=2)
    codes = [a_code(wiring, person) for _ in range(20)]
    answers = _run(wiring, [_capture(wiring, wanting(offer, code)) for code in codes])
    assert len(accepted(answers)) == 2
    assert len(refused(answers, PersonLimitReached)) == 18


def test_twenty_reversals_give_back_once(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring, stock_total=4)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=3))
    whole = _run(wiring, [_reverse(wiring, redemption) for _ in range(20)])
    assert {each.reversed_quantity for each in whole} == {3}
    assert points_of(wiring, person)["available"] == 500
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def test_reversals_by_item_never_give_back_more_than_was_taken(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring, stock_total=4)
    redemption = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=3))
    answers = _run(wiring, [_reverse(wiring, redemption, 1) for _ in range(10)])
    assert len(accepted(answers)) == 3
    assert len(refused(answers, NothingToReverse)) == 7
    assert points_of(wiring, person)["available"] == 500
    assert_stock_balances(wiring, [offer.offer_id])


def test_a_capture_repeated_while_it_is_reversed_sells_nothing_twice(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring, stock_total=4)
    wanted = wanting(offer, a_code(wiring, person))
    redemption = capturing(wiring, wanted)
    answers = _run(
        wiring, [_capture(wiring, wanted) for _ in range(8)] + [_reverse(wiring, redemption)] * 8
    )
    assert {each.redemption_id for each in answers} == {redemption.redemption_id}
    assert capturing(wiring, wanted).state == "reversed"
    assert points_of(wiring, person)["available"] == 500
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def test_a_hold_is_captured_or_cancelled_never_both(wiring: Wiring) -> None:
    for _ in range(5):
        person, offer = a_person_with(wiring, 100), an_offer(wiring, stock_total=1)
        voucher = redeeming(wiring, person, offer)
        identifier = voucher.redemption.redemption_id
        works: list[Work] = [
            _capture(wiring, wanting(offer, voucher.code)),
            lambda connection, person=person, identifier=identifier: cancel_redemption(
                connection, person, identifier, clock=wiring.clock
            ),
        ]
        answers = _run(wiring, works * 4)
        states = {each.state for each in accepted(answers)}
        assert states in ({"captured"}, {"released"}), answers
        left = points_of(wiring, person)["available"]
        assert left == (0 if states == {"captured"} else 100)
        assert_points_balance(wiring, [person])
        assert_stock_balances(wiring, [offer.offer_id])


def test_a_hold_that_lapses_while_it_is_fetched_ends_one_way(wiring: Wiring) -> None:
    start = datetime.now(UTC)
    for _ in range(5):
        person, offer = a_person_with(wiring, 100), an_offer(wiring, stock_total=1)
        voucher = redeeming(wiring, person, offer, now=start)
        in_time, too_late = start + timedelta(hours=23, minutes=59), start + timedelta(hours=24)
        late_clock = StandingClock(too_late)
        answers = _run(
            wiring,
            [_capture(wiring, wanting(offer, voucher.code), in_time)]
            + [lambda connection, late=late_clock: release_lapsed_holds(connection, clock=late)]
            * 3,
        )
        captured = not refused(answers[:1], CodeExpired)
        assert points_of(wiring, person, now=too_late)["available"] == (0 if captured else 100)
        assert_points_balance(wiring, [person])
        assert_stock_balances(wiring, [offer.offer_id])


def test_points_that_are_spent_held_swept_and_clawed_back_at_once_add_up(
    wiring: Wiring,
) -> None:
    now = datetime.now(UTC)
    people = [a_person_with(wiring, 300) for _ in range(4)]
    for person in people:
        # Good for twelve months to the end of the month, so due by now.
        give_points(wiring, person, 100, available_at=now - timedelta(days=430))
    offer, key = an_offer(wiring, stock_total=9), wiring.settings.identity_key
    works: list[Work] = []
    for person in people:
        code = a_code(wiring, person, now=now)
        works += [
            _capture(wiring, wanting(offer, code), now),
            lambda connection, person=person: redeem_online(
                connection,
                person,
                offer.offer_id,
                1,
                client_reference=a_request_no(),
                code_key=key,
                zone=wiring.zone,
                clock=StandingClock(now),
            ),
            lambda connection, person=person: claw_back(
                connection,
                [AwardToTakeBack(person, offer.offer_id, 150, now - timedelta(days=1), now)],
                now,
            ),
            lambda connection: expire_lots(connection, clock=StandingClock(now), lots=3),
        ]
    for answer in _run(wiring, works):
        assert not isinstance(answer, Exception) or isinstance(answer, NotEnoughPoints | OutOfStock)
    assert_points_balance(wiring, people)
    assert_stock_balances(wiring, [offer.offer_id])
