"""Counts by month add up, tell who answered in time, and stay right when a person leaves."""

from __future__ import annotations

import secrets
from dataclasses import replace

from app.clock import Clock
from app.factory import create_app
from behaviours.complaint_months import AXES
from tests.builders.complaints import ComplaintScene
from tests.builders.empty_market import market, shut
from tests.builders.people import Http, Tokens, a_participant

__all__ = ["market", "shut"]

KIND = "missing_credit"


class Counting(ComplaintScene):
    """A scene in a market of its own, whose counts are its own."""

    def month(self, kind: str = KIND) -> dict:
        year, month = self.month_of_now
        answer = self.http.get(f"/v1/statistics/complaints/months?year={year}")
        assert answer.status_code == 200, answer.text
        (found,) = [
            each
            for each in answer.json["months"]
            if (each["kind"], each["month"]) == (kind, f"{year}-{month:02}")
        ]
        return found

    @property
    def month_of_now(self) -> tuple[int, int]:
        now = self.wiring.clock.now().astimezone(self.wiring.zone)
        return now.year, now.month


def a_counting(market) -> Counting:
    clock = Clock(market.settings.data_dir / f"clock-{secrets.token_hex(4)}")
    own = replace(market, clock=clock)
    app = create_app(own)
    return Counting(Http(app), Tokens(app, own), own)


def adds_up(month: dict) -> bool:
    return all(sum(month["axes"][axis].values()) == month["received"] for axis in AXES)


def test_what_was_answered_credited_refused_and_escalated_adds_up(market):
    scene = a_counting(market)
    for _ in range(7):
        scene.replied()
    for _ in range(3):
        scene.escalated()
    assert scene.month()["received"] == 10
    assert scene.month()["axes"]["answered"] == {
        "in_time": 10, "late": 0, "waiting": 0, "ended_without": 0
    }  # fmt: skip
    # Three that the authority has are too few to be told, and so are the others beside them.
    assert scene.month()["axes"]["authority"] == {"escalated": None, "not_escalated": None}
    scene.person = a_participant(market, provider_id=scene.provider_id)
    scene.callers["person"] = scene.tokens.caller("participant", tenant=scene.person)
    for _ in range(5):
        scene.escalated()
    month = scene.month()
    assert (month["received"], adds_up(month)) == (15, True)
    assert month["axes"]["authority"] == {"escalated": 8, "not_escalated": 7}
    year = scene.http.get(f"/v1/statistics/complaints?year={scene.month_of_now[0]}").json
    (of_kind,) = [each for each in year["kinds"] if each["kind"] == KIND]
    assert of_kind["received"] == 15
    told = {name: cell["complaints"] for name, cell in of_kind["cells"].items()}
    assert told == month["axes"]["became"]


def test_silence_is_late_before_anybody_sweeps_and_after(market):
    scene = a_counting(market)
    numbers = [scene.filed() for _ in range(6)]
    year, month = scene.month_of_now
    scene.later()
    path = f"/v1/statistics/complaints/months?year={year}"
    before = scene.http.get(path).json
    scene.sweep()
    assert scene.http.get(path).json == before
    (found,) = [
        each
        for each in before["months"]
        if (each["kind"], each["month"]) == (KIND, f"{year}-{month:02}")
    ]
    assert (found["received"], found["axes"]["answered"]["late"]) == (len(numbers), len(numbers))
    assert found["axes"]["authority"]["escalated"] == len(numbers)
    assert adds_up(found)


def test_who_leaves_changes_no_count_of_what_was_filed(market):
    scene = a_counting(market)
    for _ in range(5):
        scene.replied()
    for _ in range(5):
        scene.filed()
    before = scene.month()
    assert (before["received"], adds_up(before)) == (10, True)
    market.database.transact(scene.leave)
    after = scene.month()
    assert (after["received"], adds_up(after)) == (10, True)
    assert after["axes"]["became"]["person_left"] == 10
    assert after["axes"]["authority"] == before["axes"]["authority"]
    assert after["axes"]["answered"]["in_time"] == 5


def test_one_person_alone_is_told_to_nobody_and_the_rule_is_said(market):
    scene = a_counting(market)
    scene.post("", {"kind": "personal_data", "text": "My region is wrong."})
    month = scene.month("personal_data")
    assert month["received"] is None
    assert {each for axis in month["axes"].values() for each in axis.values()} == {None}
    path = "/v1/statistics/complaints/months"
    said = [
        scene.http.get(path, headers={"Accept-Language": each}).json["rule"]
        for each in ("en", "zh-CN")
    ]
    assert "5" in said[0]
    assert "5" in said[1]
    assert said[0] != said[1]


def test_what_is_credited_is_an_action_with_its_postings_and_two_take_part(market):
    """The person claims, the provider records: points and grams move by the books alone."""
    scene = a_counting(market)
    number, before = scene.filed(), points(scene)
    action = scene.recorded()
    body = {"outcome": "credit", "action_id": action, "text": "Recorded."}
    assert scene.post(f"/{number}/reply", body, who="provider").status_code == 200
    assert scene.post(f"/{number}/close").json["verdict"]["action_id"] == action
    with market.database.engine.connect() as connection:
        moved = connection.exec_driver_sql(
            "select a.saved_mg, (select sum(t.points) from points_transfer t"
            " where t.participant_id = a.participant_id and t.transfer_id = a.action_id"
            " and t.kind = 'award')"
            " from action a where a.participant_id = %s",
            (scene.person,),
        ).all()
    assert len(moved) == 1
    assert moved[0][0] > 0
    assert points(scene) - before == moved[0][1] > 0
    assert scene.broken() == []


def points(scene: Counting) -> int:
    me = scene.http.get("/v1/me/points", token=scene.token("person")).json
    return int(me["available"]) + int(me["pending"])
