"""Who leaves and comes back with the same identity finds caps, limits and debts as they were."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, time, timedelta

import pytest

from app.store.audit.points import CAPS, DEBT
from app.store.audit.till import INVARIANTS as TILL
from app.usecases.audit.audit import _limits
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from behaviours.civil_time import civil_day
from behaviours.retention import TOMBSTONES
from rewards.redemption.refusals import PersonLimitReached
from tests.builders.audit import broken_of
from tests.builders.civil import CHINA
from tests.builders.people import a_participant
from tests.builders.points import assert_points_balance, give_points, hand_back_boxes, points_of
from tests.builders.redemption import a_code, an_offer, capturing, wanting
from tests.builders.retention import take_kind
from tests.builders.viewers import OPERATOR

NOW = datetime.now(UTC)
# Noon of tomorrow: of what was done before the leaving the new account gets nothing.
LATER = datetime.combine(civil_day(NOW, CHINA) + timedelta(days=1), time(12), CHINA)
AVAILABLE = LATER + timedelta(days=2)
AFTER = LATER + timedelta(days=3)


@pytest.fixture
def identity():
    return f"person-{secrets.token_hex(9)}"


@pytest.fixture
def person(wiring, identity):
    return a_participant(wiring, identity=identity)


@pytest.fixture
def back(http, token_for, wiring, person, identity):
    """Leaves, and enrols again: the new account."""

    def leave_and_return():
        token = token_for("participant", tenant=person)
        assert http.delete("/v1/me", token=token).status_code == 200
        again = a_participant(wiring, identity=identity)
        assert again != person
        return again

    return leave_and_return


def used_caps(wiring, person):
    with wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select cap_code, period_start, granted from points_cap where participant_id = %s"
            " and granted > 0 order by 1, 2",
            (person,),
        ).all()


def test_a_cap_of_the_day_is_still_used(wiring, person, back):
    hand_back_boxes(wiring, person, 1_000, available_at=AVAILABLE)
    used = used_caps(wiring, person)
    assert [each.granted for each in used] == [1_000]
    again = back()
    assert used_caps(wiring, again) == used
    more = hand_back_boxes(wiring, again, 500, available_at=AVAILABLE)
    assert [each.points for each in more] == [0]
    assert more[0].limited_by is not None
    given = {"zone": str(wiring.zone), **_limits(wiring.rulebook, wiring.policies)}
    assert broken_of(wiring, CAPS, [again, person], given) == []


def test_a_limit_of_an_offer_is_still_used(wiring, person, back):
    offer = an_offer(wiring, points=100, per_person_limit=1, closes_at=AFTER + timedelta(days=1))
    give_points(wiring, person, 200, available_at=NOW)
    capturing(wiring, wanting(offer, a_code(wiring, person)))
    again = back()
    give_points(wiring, again, 200, available_at=AVAILABLE)
    with pytest.raises(PersonLimitReached):
        capturing(wiring, wanting(offer, a_code(wiring, again, now=AFTER)), now=AFTER)
    for line in TILL:
        if ":" not in line.rows.replace("::", ""):
            assert broken_of(wiring, line, [again, person]) == []


def test_a_debt_comes_back_and_is_paid_by_what_comes_next(wiring, person, back):
    [given] = give_points(wiring, person, 300, available_at=NOW)
    capturing(wiring, wanting(an_offer(wiring, points=300), a_code(wiring, person)))
    wiring.database.transact(
        reverse_actions,
        [Reversing(given.action_id, "weighed twice")],
        viewer=OPERATOR,
        reversed_by="operator",
        rulebook=wiring.rulebook,
        policies=wiring.policies,
        now=NOW,
    )
    assert points_of(wiring, person)["debt"] == 300
    again = back()
    assert points_of(wiring, again)["debt"] == 300
    assert points_of(wiring, person)["debt"] == 0
    give_points(wiring, again, 500, available_at=AVAILABLE)
    shown = points_of(wiring, again, now=AFTER)
    assert (shown["available"], shown["debt"]) == (200, 0)
    assert_points_balance(wiring, [person, again])
    assert broken_of(wiring, DEBT, [person, again]) == []


def test_after_the_longest_period_nothing_is_kept(wiring, person, http, token_for, identity):
    hand_back_boxes(wiring, person, 1_000, available_at=NOW + timedelta(days=2))
    http.delete("/v1/me", token=token_for("participant", tenant=person))

    def purge(now):
        return take_kind(wiring, TOMBSTONES, now=now)

    purge(NOW + timedelta(days=700))
    with wiring.database.engine.connect() as connection:
        before = connection.exec_driver_sql("select count(*) from tombstone").scalar_one()
    assert before >= 1, "kept for two years"
    assert purge(NOW + timedelta(days=740)) >= 1
    assert used_caps(wiring, a_participant(wiring, identity=identity)) == []
