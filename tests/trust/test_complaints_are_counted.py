"""Complaints are counted as they are, and what does not fit together is seen."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.store.audit.complaining import COMPLAINTS
from behaviours.civil_time import civil_day
from tests.builders.complaints import ComplaintScene as Scene, scene
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.people import (
    Http,
    Tokens,
)

__all__ = ["market", "scene", "shut"]


# Counts, the audit, and the tables.


def test_counts_are_public_and_equal_the_rows(market):
    app = create_app(market)
    scenes = [Scene(Http(app), Tokens(app, market), market) for _ in range(2)]
    for each in scenes:
        for _ in range(3):
            each.post(f"/{each.replied()}/close")
        for _ in range(3):
            each.filed()
    year = civil_day(market.clock.now(), market.zone).year
    told = scenes[0].http.get(f"/v1/statistics/complaints?year={year}").json
    missing = next(each for each in told["kinds"] if each["kind"] == "missing_credit")
    assert missing["received"] == 12
    assert missing["cells"]["refuse"] == {"complaints": 6, "median_days": 0}
    assert missing["cells"]["in_time"] == {"complaints": 6, "median_days": None}
    before = scenes[0].http.get(f"/v1/statistics/complaints?year={year - 1}").json
    assert {each["received"] for each in before["kinds"]} == {0}


def test_who_leaves_takes_nothing_out_of_the_counts(market):
    """All that was received stays received, and what was answered for good stays as it was."""
    app = create_app(market)
    scenes = [Scene(Http(app), Tokens(app, market), market) for _ in range(6)]
    for each in scenes:
        each.post(f"/{each.replied()}/close")
        each.filed()
    asking, year = scenes[0], civil_day(market.clock.now(), market.zone).year

    def counted():
        told = asking.http.get(f"/v1/statistics/complaints?year={year}").json
        return next(each for each in told["kinds"] if each["kind"] == "missing_credit")

    before = counted()
    assert (before["received"], before["cells"]["in_time"]["complaints"]) == (12, 6)
    for each in scenes:
        market.database.transact(each.leave)
    after = counted()
    assert after["received"] == 12
    assert after["cells"]["refuse"] == before["cells"]["refuse"]
    assert after["cells"]["person_left"]["complaints"] == 6, "they were open, and are not any more"
    assert after["cells"]["in_time"] == {"complaints": 0, "median_days": None}
    assert [broken for each in scenes for broken in each.broken()] == []


BY_HAND = {
    "no number": "delete from complaint_number where participant_id = :person",
    "another state": "update complaint set state = 'under_review' where participant_id = :person",
    "another outcome": "update complaint set outcome = 'correct' where participant_id = :person",
    "a credit that is none": """
        update complaint set credited_action_id = gen_random_uuid()
         where participant_id = :person
    """,
    "two clocks' worth": """
        alter table complaint drop constraint ck_complaint_one_clock;
        update complaint set due_at = null where participant_id = :person
    """,
    "decided by who answered": """
        insert into complaint_entry (participant_id, complaint_id, entry_id, step, said_by,
               user_id, said_at)
        select participant_id, complaint_id, '00000000-0000-0000-0000-000000000001', 'decide',
               'authority', answered_by, now()
          from complaint where participant_id = :person
    """,
}


@pytest.mark.parametrize("by_hand", BY_HAND)
def test_what_does_not_fit_together_is_seen(scene, by_hand):
    scene.replied()
    given = {"zone": str(scene.wiring.zone)}
    rows = text(f"select offender from ({COMPLAINTS.rows}) c (offender, bad) where bad")
    with scene.wiring.database.engine.connect() as connection, connection.begin() as change:
        before = connection.execute(rows, given).scalars().all()
        connection.exec_driver_sql("set local session_replication_role = replica")
        for statement in BY_HAND[by_hand].split(";"):
            connection.execute(text(statement), {"person": scene.person})
        assert len(connection.execute(rows, given).scalars().all()) > len(before)
        change.rollback()


def test_an_earlier_release_and_back_keeps_people_and_their_actions(market):
    app = create_app(market)
    there = Scene(Http(app), Tokens(app, market), market)
    there.replied()
    action = there.recorded()
    back_and_up(market, "0039")
    found = there.http.get(f"/v1/actions/{action}", token=there.token("person"))
    assert found.status_code == 200
    assert there.get("").json["data"] == []
    there.filed()
    assert there.broken() == []
