"""A points policy is published by two people, announced before it holds, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.clock import StandingClock
from app.settings import Settings
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.commands import signed_in, typed
from tests.builders.jobs import until
from tests.builders.methodologies import Office
from tests.builders.points_policies import PROPOSALS, policy, proposed, published
from tests.builders.series import NOW, TODAY, processes, report

NEXT = TODAY + timedelta(days=30)


@pytest.fixture
def process(settings: Settings, fresh_database: str) -> Iterator[Callable[..., Wiring]]:
    """Makes processes on one database; their clocks are set by hand."""
    yield from processes(settings, fresh_database)


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json["errors"]]


def at(wiring: Wiring, moment: datetime) -> Office:
    return Office(replace(wiring, clock=StandingClock(moment)))


def test_one_proposes_and_another_announces_what_comes_back_as_it_was_sent(
    process: Callable[..., Wiring],
) -> None:
    office, running = Office(process()), process()
    assert len(running.policies.all()) == 1
    document = policy(NEXT, {"behaviours.metro_ride": {"points_per_day": 800}})
    waits = proposed(office, document)
    assert (waits["awaiting"], waits["published_at"]) == (["authority"], None)
    assert waits["document"] == document
    again = office.post(f"{PROPOSALS}/{waits['id']}/publish", by="operator2")
    assert (again.status_code, again.json["awaiting"]) == (202, ["authority"])
    assert len(office.http.get("/v1/points-policies").json["data"]) == 1, "one alone"
    done = office.post(f"{PROPOSALS}/{waits['id']}/publish", by="authority")
    assert (done.status_code, done.json["awaiting"]) == (201, []), done.text
    # A process that was running hears of it within a second, without being told.
    until(lambda: len(running.policies.all()) == 2, within_s=1.0)
    name = f"demonstration@{NEXT}"
    shown = office.http.get(f"/v1/points-policies/{name}").json
    assert shown == {
        "name": name,
        "digest": done.json["digest"],
        "in_force_from": NEXT.isoformat(),
        "document": document,
    }
    announced = office.http.get("/v1/programme/points-policy").json
    assert announced["in_force"]["version"] == "2020"
    assert [each["digest"] for each in announced["announced"]] == [shown["digest"]]
    late = office.post(f"{PROPOSALS}/{waits['id']}/publish", by="authority")
    assert refusal(late) == (409, "POLICY_PUBLISHED")
    # What was taken can be sent again as it is: as the same version it is refused by its name.
    same = office.post(PROPOSALS, {"document": shown["document"]}, by="operator")
    assert ("/document/version", "INVALID_POINTS_POLICY") in faults(same)


def test_an_action_earns_by_the_policy_of_its_own_day_whenever_it_is_reported(
    process: Callable[..., Wiring],
) -> None:
    wiring = process()
    rate = {"project": 1000, "scene": 1000, "behaviour_only": 1000}
    tenfold = {name: each // 10 for name, each in rate.items()}
    open_cap = {"behaviours.ev_charging": {"points_per_day": 10_000_000}}
    published(Office(wiring), policy(NEXT, {"mg_per_point": tenfold, **open_cap}))
    then = at(wiring, NOW + timedelta(days=31))
    points = [
        report(then, NOW + timedelta(days=days)).json["points"]["awarded"] for days in (29, 30)
    ]
    assert points[0] > 0
    assert points[1] // 10 == points[0]


def test_every_fault_is_told_at_once_and_where(process: Callable[..., Wiring]) -> None:
    office = Office(process())
    document = policy(
        TODAY + timedelta(days=3),
        {
            "policy": "A Policy",
            "hold_days": "one",
            "behaviours.metro_ride": {"points_per_day": 0, "points_per_year": 5},
            "behaviours.parcel_box_return.points_per_day": 1.5,
            "default": {},
            "typo": 1,
        },
    )
    told = faults(office.post(PROPOSALS, {"document": document}, by="operator"))
    assert {pointer for pointer, _ in told} == {
        "/document/hold_days",
        "/document/behaviours/metro_ride/points_per_day",
        "/document/behaviours/parcel_box_return/points_per_day",
        "/document/default",
        "/document/typo",
    }
    assert {code for _, code in told} == {"INVALID_POINTS_POLICY"}
    # What is readable is looked at as a whole.
    document = policy(
        TODAY + timedelta(days=29),
        {
            "policy": "A Policy",
            "published_on": TODAY.isoformat(),
            "behaviours.flying": {"points_per_day": 1},
            "behaviours.parcel_box_return.points_per_unit.quantity": "crates",
            "scenes": {"nowhere": {"points_per_day": 1}},
        },
    )
    told = faults(office.post(PROPOSALS, {"document": document}, by="operator"))
    assert {pointer for pointer, _ in told} == {
        "/document/policy",
        "/document/published_on",
        "/document/behaviours/flying",
        "/document/behaviours/parcel_box_return/points_per_unit/quantity",
        "/document/scenes/nowhere",
        "/document/in_force_from",
    }
    assert office.send("GET", PROPOSALS, by="operator").json["data"] == []


@pytest.mark.parametrize("first", [TODAY, TODAY - timedelta(days=1), date(2020, 1, 1)])
def test_no_policy_holds_for_what_is_over(process: Callable[..., Wiring], first: date) -> None:
    answer = Office(process()).post(PROPOSALS, {"document": policy(first)}, by="operator")
    assert {pointer for pointer, _ in faults(answer)} == {"/document/in_force_from"}
    assert NEXT.isoformat() in answer.json["detail"]


def test_a_proposal_that_waited_too_long_is_announced_no_more(
    process: Callable[..., Wiring],
) -> None:
    wiring = process()
    policy_id = proposed(Office(wiring), policy(NEXT))["id"]
    tomorrow = at(wiring, NOW + timedelta(days=1))
    answer = tomorrow.post(f"{PROPOSALS}/{policy_id}/publish", by="authority")
    assert faults(answer) == [("/document/in_force_from", "INVALID_POINTS_POLICY")]
    assert len(tomorrow.wiring.policies.all()) == 1


def test_of_two_that_are_signed_at_once_for_one_day_one_is_announced(
    process: Callable[..., Wiring],
) -> None:
    office, other = Office(process()), Office(process())
    ids = [
        proposed(office, policy(NEXT, {"version": version, "hold_days": days}))["id"]
        for version, days in (("one", 2), ("two", 3))
    ]
    answers = at_once(
        [
            lambda each=each, desk=desk: desk.post(f"{PROPOSALS}/{each}/publish", by="authority")
            for each, desk in zip(ids, (office, other), strict=True)
        ]
    )
    assert sorted(each.status_code for each in answers) == [201, 422]
    assert len(process().policies.all()) == 2


def test_what_changed_is_told_by_its_place(process: Callable[..., Wiring]) -> None:
    office = Office(process())
    name = published(office, policy(NEXT, {"hold_days": 3, "behaviours.own_bag": ...}))
    told = office.http.get(f"/v1/points-policies/{name}/changes").json
    assert (told["earlier"], told["later"]) == ("demonstration@2020", name)
    assert told["changes"] == [
        {"pointer": "/behaviours/own_bag/points_per_day", "before": 100, "after": None},
        {"pointer": "/hold_days", "before": 1, "after": 3},
        {"pointer": "/in_force_from", "before": "2020-01-01", "after": NEXT.isoformat()},
    ]
    back = office.http.get(f"/v1/points-policies/demonstration@2020/changes/{name}").json
    assert {"pointer": "/hold_days", "before": 3, "after": 1} in back["changes"]
    first = office.http.get("/v1/points-policies/demonstration@2020/changes").json
    assert first["changes"] == []
    unknown = office.http.get("/v1/points-policies/demonstration@1999")
    assert refusal(unknown) == (404, "NOT_FOUND")


def test_people_at_the_server_do_the_same(process: Callable[..., Wiring], tmp_path: Path) -> None:
    wiring = process()
    file = tmp_path / "policy.yaml"
    # By the clock of this machine, and in YAML's own notation of days.
    first = civil_day(datetime.now(UTC), wiring.zone) + timedelta(days=60)
    document = {**policy(first), "in_force_from": first}
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")

    def said(*arguments: str) -> str:
        done = typed(wiring, "policy", *arguments)
        assert done.exit_code == 0, done.output
        return str(done.output)

    proposal = said("propose", str(file), *signed_in(wiring, "operator"))
    assert "authority" in proposal
    policy_id = proposal.split()[0]
    assert policy_id in said("list", "--proposed")
    assert "Published" in said("publish", policy_id, *signed_in(wiring, "authority"))
    assert said("list", "--proposed") == ""
    assert f"demonstration@{first}" in said("list")
