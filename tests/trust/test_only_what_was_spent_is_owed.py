"""Points of a reversed action: what was spent is owed, what expired is not, and not for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.ids import public
from app.jobs.sweep_tasks import SWEEPS
from app.outbox import names
from app.store.audit.points import DEBT, OWED
from app.store.audit.recording import REVERSALS
from app.usecases.points.expire_lots import expire_lots
from app.usecases.points.write_off_debts import write_off_debts
from tests.builders.audit import broken_of
from tests.builders.people import a_participant
from tests.builders.points import (
    assert_points_balance,
    give_points,
    points_of,
    their_provider,
)
from tests.builders.redemption import a_code, an_offer, capturing, wanting

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=430)


@pytest.fixture
def person(wiring):
    return a_participant(wiring)


@pytest.fixture
def take_back(http, token_for, wiring, person):
    # Who reported it takes it back alone.
    reporter = token_for("provider", tenant=their_provider(wiring, person))

    def reverse(recorded):
        path = f"/v1/actions/{public('act', recorded.action_id)}/reversals"
        answer = http.post(path, {"reason": "weighed twice"}, token=reporter)
        assert answer.status_code == 201, answer.text
        assert_points_balance(wiring, [person])
        for line in (REVERSALS, OWED, DEBT):
            assert broken_of(wiring, line, [person, recorded.action_id]) == []
        return answer.json["points"]

    return reverse


def spend(wiring, person, points):
    capturing(wiring, wanting(an_offer(wiring, points=points), a_code(wiring, person)))


def test_points_that_expired_unspent_are_not_owed(wiring, person, take_back):
    [recorded] = give_points(wiring, person, 300, available_at=LONG_AGO)
    wiring.database.transact(expire_lots, clock=StandingClock(NOW), lots=10_000)
    assert take_back(recorded) == {"taken": 300, "owed": 0, "kept": 0}
    assert points_of(wiring, person)["debt"] == 0


def test_points_that_expired_and_wait_for_the_sweep_are_not_owed(wiring, person, take_back):
    [recorded] = give_points(wiring, person, 300, available_at=LONG_AGO)
    assert take_back(recorded) == {"taken": 300, "owed": 0, "kept": 0}
    assert points_of(wiring, person)["debt"] == 0


def test_what_other_actions_earned_stays_and_only_the_spent_part_is_owed(wiring, person, take_back):
    [soon] = give_points(wiring, person, 300, available_at=NOW - timedelta(days=90))
    give_points(wiring, person, 500, available_at=NOW)
    spend(wiring, person, 200)
    assert take_back(soon) == {"taken": 100, "owed": 200, "kept": 0}
    shown = points_of(wiring, person)
    assert (shown["available"], shown["debt"]) == (500, 200)


def test_two_awards_of_one_lot_that_was_half_spent_owe_that_half_between_them(
    wiring, person, take_back
):
    first, second = give_points(wiring, person, 1000, available_at=NOW - timedelta(days=380))
    with wiring.database.engine.begin() as connection:
        lots = connection.exec_driver_sql(
            "select count(*) from points_lot where participant_id = %s", (person,)
        ).scalar_one()
    assert lots == 1
    then = NOW - timedelta(days=370)
    code = a_code(wiring, person, now=then)
    opened = {"opens_at": then - timedelta(days=1)}
    capturing(wiring, wanting(an_offer(wiring, points=600, **opened), code), now=then)
    wiring.database.transact(expire_lots, clock=StandingClock(NOW), lots=10_000)
    assert take_back(first) == {"taken": 400, "owed": 100, "kept": 0}
    assert take_back(second) == {"taken": 0, "owed": 500, "kept": 0}
    assert points_of(wiring, person)["debt"] == 600


def test_a_reversal_after_twenty_four_months_takes_no_points(wiring, person, take_back):
    [late] = give_points(wiring, person, 300, available_at=NOW - timedelta(days=740))
    [early] = give_points(wiring, person, 300, available_at=NOW - timedelta(days=720))
    assert take_back(late) == {"taken": 0, "owed": 0, "kept": 300}
    assert take_back(early) == {"taken": 300, "owed": 0, "kept": 0}


def test_an_old_debt_is_written_off_by_an_entry_and_a_younger_one_stays(
    http, token_for, wiring, person, take_back
):
    old = give_points(wiring, person, 300, available_at=NOW - timedelta(days=60))[0]
    spend(wiring, person, 300)
    assert take_back(old)["owed"] == 300

    def write_off(now):
        clock = StandingClock(now)
        return wiring.database.transact(write_off_debts, months=24, zone=wiring.zone, clock=clock)

    assert write_off(NOW + timedelta(days=720)) == 0
    assert points_of(wiring, person)["debt"] == 300
    later = NOW + timedelta(days=740)
    assert write_off(later) >= 1
    assert write_off(later) == 0
    assert points_of(wiring, person)["debt"] == 0
    assert_points_balance(wiring, [person])
    assert broken_of(wiring, DEBT, [person]) == []
    token = token_for("participant", tenant=person)
    newest = http.get("/v1/me/points/entries?limit=1", token=token).json["data"][0]
    assert (newest["kind"], newest["points"], newest["debt_change"]) == ("write_off", 300, -300)
    assert newest["reference"] is None


def test_the_schedule_writes_off_by_the_programmes_figure(movable, person, take_back):
    old = give_points(movable, person, 300, available_at=NOW - timedelta(days=60))[0]
    spend(movable, person, 300)
    take_back(old)
    movable.clock.advance(740 * 86_400)

    class Run:
        def progress(self, done, total=None):
            pass

    swept = SWEEPS[names.WRITE_OFF_DEBTS](replace(movable), Run())
    assert swept["swept"] >= 1
    assert points_of(movable, person)["debt"] == 0


def test_the_audit_names_what_is_owed_without_having_been_spent(wiring, person, take_back):
    """The line ``points_owed``."""
    [recorded] = give_points(wiring, person, 100, available_at=NOW - timedelta(days=1))
    spend(wiring, person, 100)
    assert take_back(recorded)["owed"] == 100

    def owe(points):
        with wiring.database.engine.begin() as connection:
            # What refuses a change is off: this is somebody who owns the server.
            connection.exec_driver_sql("set local session_replication_role = replica")
            connection.execute(
                text("update reversal set points_owed = :points where action_id = :id"),
                {"points": points, "id": recorded.action_id},
            )

    owe(101)
    found = broken_of(wiring, OWED, [person])
    owe(100)
    assert len(found) == 1
