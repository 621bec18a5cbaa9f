"""The first time brings its bonus once, whoever reports at once, takes back or waits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import StandingClock
from app.factory import create_app
from app.settings import Settings
from app.store.audit.policies import FIRST_TIMES
from rewards.points.earning import Policies
from tests.app.recording.conftest import Scene, a_scene
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.civil import CHINA
from tests.builders.people import Tokens
from tests.builders.policies import published, write_policy
from tests.builders.processes import own_wiring

NOW = datetime(2027, 3, 4, 20, 0, tzinfo=CHINA)
TODAY = NOW.date()
FIRST: dict[str, Any] = {
    "first_time": {"behaviours": {"own_bag": 30}, "scenes": {"travel": 7}, "programme": 100},
    "behaviours.own_bag": {"points_per_day": 1_000},
}
Programme = Callable[..., Scene]


@pytest.fixture
def programme(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Programme]:
    """Makes a scene in books of its own, in a programme whose points policy has changes."""
    made = own_wiring(settings, fresh_database)

    def under(**changes: Any) -> Scene:
        policies = Policies(published(write_policy(tmp_path, changes)), made.zone)
        return a_scene(replace(made, stated_policies=policies, clock=StandingClock(NOW)))

    yield under
    made.close()


def bags(scene: Scene, day: date = TODAY) -> dict[str, Any]:
    """Nine times with one's own bag at noon of a day: 45 points."""
    return scene.body(
        behaviour="own_bag",
        occurred_at=datetime.combine(day, time(12), CHINA).astimezone(UTC).isoformat(),
        quantities={"times": "9"},
        evidence={"receipt_no": f"R-{secrets.token_hex(8)}"},
    )


def ride(scene: Scene, hour: int, day: date = TODAY) -> dict[str, Any]:
    """A metro ride: 46 points."""
    return scene.body(occurred_at=datetime.combine(day, time(hour), CHINA).isoformat())


def told(points: dict[str, Any]) -> tuple[int, list[str]]:
    return points["awarded"], [each["code"] for each in points.get("bonuses", [])]


def alone(scene: Scene, body: dict[str, Any]) -> tuple[int, list[str]]:
    answer = scene.report(body)
    assert answer.status_code == 201, answer.text
    return told(answer.json["points"])


def listed(scene: Scene, *bodies: dict[str, Any]) -> list[tuple[int, list[str]]]:
    answer = scene.batch(*bodies)
    return [told(each["action"]["points"]) for each in answer.json["results"]]


@pytest.mark.parametrize("together", [False, True])
def test_each_first_time_adds_its_points_and_says_so(programme: Programme, together: bool) -> None:
    scene = programme(**FIRST)
    bodies = [bags(scene), bags(scene), ride(scene, 8), ride(scene, 9)]
    found = listed(scene, *bodies) if together else [alone(scene, each) for each in bodies]
    assert found == [
        (175, ["own_bag:first", "programme:first"]),
        (45, []),
        (53, ["scene.travel:first"]),
        (46, []),
    ]
    assert_books_balance(scene.wiring)


def test_it_is_told_whenever_the_action_is_read_and_adds_no_grams(programme: Programme) -> None:
    scene = programme(**FIRST)
    first = scene.report(bags(scene)).json
    read = scene.http.get(f"/v1/actions/{first['id']}", token=scene.person_token).json
    assert read["points"] == first["points"]
    assert read["points"]["bonuses"] == [
        {"code": "own_bag:first", "points": 30},
        {"code": "programme:first", "points": 100},
    ]
    assert first["reduction"]["reduction_kg"] == "0.045000"
    stated = scene.http.get("/v1/programme/points-policy").json["in_force"]["first_time"]
    assert stated == FIRST["first_time"]


def test_what_waits_is_the_first_when_it_is_confirmed_before_others(programme: Programme) -> None:
    scene = programme(**FIRST)
    tokens = Tokens(create_app(scene.wiring), scene.wiring)
    # More than a person brings on one day, by the rule.
    held = [
        scene.report(
            scene.body(
                behaviour="clothing_recycling",
                occurred_at=(NOW - timedelta(hours=1)).isoformat(),
                quantities={"mass_kg": "80"},
                evidence={"weigh_ticket_no": f"W-{each}"},
            )
        ).json
        for each in range(2)
    ]
    assert {each["state"] for each in held} == {"held"}
    confirmed = [
        scene.http.post(
            f"/v1/actions/{each['id']}/confirm",
            {"outcome": "confirm", "reason": "Weighed again."},
            token=tokens("operator"),
        )
        for each in held
    ]
    assert [each.status_code for each in confirmed] == [200, 200], confirmed[0].text
    found = [told(each.json["points"]) for each in confirmed]
    assert found[0] == (held[0]["points"]["if_confirmed"], ["programme:first"])
    assert found[1][1] == []
    assert alone(scene, bags(scene)) == (75, ["own_bag:first"])
    read = scene.http.get(f"/v1/actions/{held[0]['id']}", token=scene.person_token).json
    assert told(read["points"]) == found[0]
    assert_books_balance(scene.wiring)


def test_who_reports_from_many_sides_at_once_has_one_first_time(programme: Programme) -> None:
    scene = programme(**FIRST)
    bodies = [bags(scene, TODAY - timedelta(days=each)) for each in range(8)]
    found = at_once([lambda body=body: alone(scene, body) for body in bodies])
    assert sorted(found) == [(45, [])] * 7 + [(175, ["own_bag:first", "programme:first"])]
    assert_books_balance(scene.wiring)


def test_the_bonus_leaves_with_its_action_and_no_later_one_gets_it(programme: Programme) -> None:
    scene = programme(**FIRST)
    taken = scene.report(bags(scene)).json
    path = f"/v1/actions/{taken['id']}/reversals"
    answer = scene.http.post(path, {"reason": "Sent twice"}, token=scene.provider_token)
    assert (answer.status_code, answer.json["points"]["taken"]) == (201, 175), answer.text
    assert alone(scene, bags(scene)) == (45, [])
    assert_books_balance(scene.wiring)


def test_caps_limit_it_and_a_dry_run_takes_nothing(programme: Programme) -> None:
    scene = programme(**{**FIRST, "behaviours.own_bag": {"points_per_day": 60}})
    tried = scene.report(bags(scene), query="?dry_run=true")
    assert told(tried.json["points"]) == (60, ["own_bag:first", "programme:first"])
    first = scene.report(bags(scene)).json["points"]
    assert told(first) == (60, ["own_bag:first", "programme:first"])
    assert first["limited_by"] == "own_bag:per_day"
    tomorrow = TODAY - timedelta(days=1)
    assert alone(scene, bags(scene, tomorrow)) == (45, [])
    assert_books_balance(scene.wiring)


def test_whoever_did_it_before_the_bonus_was_announced_is_not_the_first(
    programme: Programme, tmp_path: Path
) -> None:
    scene = programme()
    assert alone(scene, bags(scene)) == (45, [])
    documents = published(write_policy(tmp_path, FIRST))
    policies = Policies(documents, scene.wiring.zone)
    later = replace(scene.wiring, stated_policies=policies)
    person = a_scene(later)
    scene = replace(
        person,
        provider=scene.provider,
        person=scene.person,
        provider_token=scene.provider_token,
        reported=50,
    )
    assert alone(scene, bags(scene)) == (45, [])
    assert alone(scene, ride(scene, 8)) == (53, ["scene.travel:first"])
    assert_books_balance(later)


def test_what_is_reported_too_late_earns_nothing_and_keeps_its_grams(
    programme: Programme,
) -> None:
    scene = programme(**FIRST, report_within_days=7)
    late = scene.report(bags(scene, TODAY - timedelta(days=8))).json
    assert told(late["points"]) == (0, [])
    assert late["points"]["limited_by"] == "reported_late"
    assert late["reduction"]["reduction_kg"] == "0.045000"
    # It was the first all the same.
    assert alone(scene, bags(scene, TODAY - timedelta(days=7))) == (45, [])
    assert_books_balance(scene.wiring)


def test_the_audit_sees_a_bonus_that_nobody_was_to_get(programme: Programme) -> None:
    scene = programme(**FIRST)
    alone(scene, bags(scene))
    name = FIRST_TIMES.name
    assert name == "points_bonuses"
    assert_each_is_seen(
        scene.wiring,
        {
            "update points_bonus set points = points + 1 where code = 'own_bag:first'": [name],
            "update points_bonus set code = 'metro_ride:first' where code = 'own_bag:first'": [
                name
            ],
            "update points_bonus set action_id = gen_random_uuid()": [name],
        },
    )
