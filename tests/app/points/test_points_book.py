"""Points wait, are used first-expiring first, expire, are taken back and are owed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.clock import StandingClock
from app.usecases.points.expire_lots import expire_lots
from app.usecases.points.read_entries import read_entries
from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversed, Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.points.expiry import Expired
from tests.builders.people import a_participant
from tests.builders.points import (
    a_person_with,
    assert_points_balance,
    give_points,
    points_of,
)
from tests.builders.redemption import a_code, an_offer, capturing, redeeming, reversing, wanting

NOW = datetime.now(UTC)


def _take_back(wiring: Wiring, accepted: Recorded, *, now: datetime = NOW) -> Reversed:
    assert accepted.action_id is not None
    wish = Reversing(accepted.action_id, "reported twice by mistake")
    [answer] = wiring.database.transact(
        reverse_actions,
        [wish],
        viewer=Viewer("operator", None),
        reversed_by="operator",
        rulebook=wiring.rulebook,
        policies=wiring.policies,
        now=now,
    )
    assert isinstance(answer, Reversed)
    return answer


def _lots(wiring: Wiring, person: UUID) -> dict[datetime, int]:
    query = text("select expires_at, remaining from points_lot where participant_id = :person")
    rows = wiring.database.transact(
        lambda connection: connection.execute(query, {"person": person}).fetchall()
    )
    return dict(rows)


def _sweep(wiring: Wiring, now: datetime) -> Expired:
    return wiring.database.transact(expire_lots, clock=StandingClock(now), lots=10_000)


def test_points_that_expire_first_are_used_first(wiring: Wiring) -> None:
    person = a_participant(wiring)
    give_points(wiring, person, 200, available_at=NOW)
    give_points(wiring, person, 200, available_at=NOW - timedelta(days=100))
    soon, late = sorted(_lots(wiring, person))
    capturing(wiring, wanting(an_offer(wiring, points=250), a_code(wiring, person)))
    assert _lots(wiring, person) == {soon: 0, late: 150}


def test_a_partial_refund_goes_to_the_lot_that_was_used_last(wiring: Wiring) -> None:
    person = a_participant(wiring)
    give_points(wiring, person, 200, available_at=NOW)
    give_points(wiring, person, 200, available_at=NOW - timedelta(days=100))
    soon, late = sorted(_lots(wiring, person))
    offer = an_offer(wiring, points=100)
    sale = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=3))
    reversing(wiring, sale, quantity=1)
    assert _lots(wiring, person) == {soon: 0, late: 200}
    reversing(wiring, sale, quantity=1)
    assert _lots(wiring, person) == {soon: 100, late: 200}
    assert_points_balance(wiring, [person])


def test_due_points_buy_nothing_before_the_sweep_and_are_gone_after_it(wiring: Wiring) -> None:
    person = a_person_with(wiring, 100, available_at=NOW - timedelta(days=430))
    assert points_of(wiring, person)["available"] == 0
    assert points_of(wiring, person)["expiring"] == []
    swept = _sweep(wiring, NOW)
    assert swept.points >= 100
    assert list(_lots(wiring, person).values()) == [0]
    assert _sweep(wiring, NOW) == Expired(0, 0, 0)
    assert_points_balance(wiring, [person])
    [expiry, *_] = wiring.database.transact(
        read_entries, Viewer("participant", person), before=None, most=5
    )
    assert (expiry.kind, expiry.points) == ("expire", 100)


def test_points_are_good_through_the_last_day_of_the_twelfth_month_in_china(
    wiring: Wiring,
) -> None:
    recorded_at = datetime(2025, 3, 9, 16, 30, tzinfo=UTC)  # 00:30 of 10 March in Shanghai
    person = a_participant(wiring)
    give_points(wiring, person, 100, available_at=recorded_at + timedelta(days=2))
    [expires_at] = _lots(wiring, person)
    assert expires_at == datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    last = expires_at - timedelta(microseconds=1)
    shown = points_of(wiring, person, now=last)
    assert (shown["available"], shown["expiring"]) == (100, [{"on": "2026-03-31", "points": 100}])
    assert points_of(wiring, person, now=expires_at)["available"] == 0


def test_points_become_available_at_the_start_of_the_next_civil_day(wiring: Wiring) -> None:
    recorded_at = datetime(2025, 3, 9, 15, 59, tzinfo=UTC)  # 23:59 of 9 March in Shanghai
    person = a_participant(wiring)
    give_points(wiring, person, 100, available_at=recorded_at + timedelta(days=2))
    midnight = datetime(2025, 3, 9, 16, 0, tzinfo=UTC)
    before = points_of(wiring, person, now=midnight - timedelta(microseconds=1))
    assert (before["pending"], before["available"]) == (100, 0)
    after = points_of(wiring, person, now=midnight)
    assert (after["pending"], after["available"]) == (0, 100)


def test_taking_a_action_back_takes_its_points(wiring: Wiring) -> None:
    person = a_participant(wiring)
    [accepted] = give_points(wiring, person, 300, available_at=NOW)
    answer = _take_back(wiring, accepted)
    assert (answer.points_taken, answer.points_owed) == (300, 0)
    assert points_of(wiring, person)["available"] == 0
    assert_points_balance(wiring, [person])


def test_what_is_spent_already_is_owed_and_paid_by_what_comes_next(wiring: Wiring) -> None:
    person = a_participant(wiring)
    [accepted] = give_points(wiring, person, 300, available_at=NOW)
    capturing(wiring, wanting(an_offer(wiring, points=200), a_code(wiring, person)))
    answer = _take_back(wiring, accepted)
    assert (answer.points_taken, answer.points_owed) == (100, 200)
    assert points_of(wiring, person)["debt"] == 200
    give_points(wiring, person, 150, available_at=NOW - timedelta(days=40))
    owing = points_of(wiring, person)
    assert (owing["available"], owing["debt"]) == (0, 50)
    give_points(wiring, person, 150, available_at=NOW - timedelta(days=80))
    paid = points_of(wiring, person)
    assert (paid["available"], paid["debt"]) == (100, 0)
    assert_points_balance(wiring, [person])


def test_a_refund_pays_an_old_debt_before_it_can_be_spent_again(wiring: Wiring) -> None:
    person = a_participant(wiring)
    [accepted] = give_points(wiring, person, 300, available_at=NOW)
    sale = capturing(wiring, wanting(an_offer(wiring, points=200), a_code(wiring, person)))
    _take_back(wiring, accepted)
    reversing(wiring, sale)
    shown = points_of(wiring, person)
    assert (shown["available"], shown["debt"]) == (0, 0)
    assert_points_balance(wiring, [person])


def test_points_cannot_be_saved_from_a_clawback_by_holding_them(wiring: Wiring) -> None:
    person = a_participant(wiring)
    [accepted] = give_points(wiring, person, 300, available_at=NOW)
    redeeming(wiring, person, an_offer(wiring, points=300), now=NOW)
    assert _take_back(wiring, accepted).points_owed == 300
    lapsed = points_of(wiring, person, now=NOW + timedelta(hours=24))
    assert lapsed == {"available": 0, "pending": 0, "held": 0, "debt": 0, "expiring": []}


def test_a_refund_into_an_expired_lot_does_not_revive_it(wiring: Wiring) -> None:
    long_ago = NOW - timedelta(days=420)
    person = a_participant(wiring)
    give_points(wiring, person, 100, available_at=long_ago)
    offer = an_offer(wiring, reversal_window_s=30 * 24 * 3600)
    [expires_at] = _lots(wiring, person)
    at_the_end = expires_at - timedelta(hours=1)
    code = a_code(wiring, person, now=at_the_end)
    sale = capturing(wiring, wanting(offer, code), now=at_the_end)
    later = expires_at + timedelta(hours=1)
    assert reversing(wiring, sale, now=later).state == "reversed"
    assert points_of(wiring, person, now=later)["available"] == 0
    assert _sweep(wiring, later).points >= 100
    assert_points_balance(wiring, [person])


def test_entries_tell_the_whole_story_newest_first(wiring: Wiring) -> None:
    person = a_participant(wiring)
    give_points(wiring, person, 300, available_at=NOW)
    offer = an_offer(wiring)
    sale = capturing(wiring, wanting(offer, a_code(wiring, person)))
    reversing(wiring, sale)
    redeeming(wiring, person, offer)
    story = wiring.database.transact(
        read_entries, Viewer("participant", person), before=None, most=10
    )
    assert [entry.kind for entry in story] == ["hold", "refund", "spend", "award"]
    assert [entry.is_for_redemption for entry in story] == [True, True, True, False]
    older = wiring.database.transact(
        read_entries, Viewer("participant", person), before=story[1].transfer_id, most=1
    )
    assert older == [story[2]]
