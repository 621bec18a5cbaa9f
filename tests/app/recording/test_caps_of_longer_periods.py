"""Caps of a behaviour, a scene and the programme, by week, month and year, in every way in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import StandingClock
from app.settings import Settings
from app.wiring import Wiring
from rewards.points.earning import Policies
from tests.app.recording.conftest import Scene, a_scene
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, audited
from tests.builders.civil import CHINA
from tests.builders.policies import published, write_policy
from tests.builders.processes import own_wiring

# A Thursday; its week began in the month before, and its month has thirty days.
NOW = datetime(2026, 10, 1, 20, 0, tzinfo=CHINA)
Programme = Callable[..., Scene]


@pytest.fixture
def programme(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Programme]:
    """Makes a scene in books of its own, in a programme whose points policy has changes."""
    made = own_wiring(settings, fresh_database)

    def under(**changes: Any) -> Scene:
        documents = published(write_policy(tmp_path, changes))
        policies = Policies(documents, made.zone)
        wiring: Wiring = replace(made, stated_policies=policies, clock=StandingClock(NOW))
        return a_scene(wiring)

    yield under
    made.close()


def bags(scene: Scene, day: date) -> dict[str, Any]:
    """Nine times with one's own bag at noon of a day: 45 points."""
    return scene.body(
        behaviour="own_bag",
        occurred_at=datetime.combine(day, time(12), CHINA).astimezone(UTC).isoformat(),
        quantities={"times": "9"},
        evidence={"receipt_no": f"R-{secrets.token_hex(8)}"},
    )


def earned(scene: Scene, *bodies: dict[str, Any]) -> list[tuple[int, str | None]]:
    """What one list of actions brings, each with what limited it."""
    answer = scene.batch(*bodies)
    assert answer.status_code == 207, answer.text
    points = [each["action"]["points"] for each in answer.json["results"]]
    return [(each["awarded"], each["limited_by"]) for each in points]


def alone(scene: Scene, body: dict[str, Any]) -> tuple[int, str | None]:
    answer = scene.report(body)
    assert answer.status_code == 201, answer.text
    return answer.json["points"]["awarded"], answer.json["points"]["limited_by"]


OF_WEEK = {"behaviours.own_bag": {"points_per_day": 100, "points_per_week": 120}}


@pytest.mark.parametrize("together", [False, True])
def test_a_week_has_one_cap_over_the_end_of_a_month(programme: Programme, together: bool) -> None:
    scene = programme(**OF_WEEK)
    monday = date(2026, 9, 28)
    days = [monday, monday, monday + timedelta(days=1), monday + timedelta(days=3)]
    bodies = [bags(scene, day) for day in days]
    points = earned(scene, *bodies) if together else [alone(scene, each) for each in bodies]
    assert points == [(45, None), (45, None), (30, "own_bag:per_week"), (0, "own_bag:per_week")]
    # The Sunday before is of another week.
    assert alone(scene, bags(scene, monday - timedelta(days=1))) == (45, None)
    assert_books_balance(scene.wiring)


def test_a_scene_and_the_programme_have_caps_that_its_behaviours_share(
    programme: Programme,
) -> None:
    scene = programme(
        scenes={"travel": {"points_per_month": 100}}, programme={"points_per_month": 130}
    )
    first = NOW.date().replace(day=1)
    ride = scene.body(occurred_at=datetime.combine(first, time(8), CHINA).isoformat())
    other = scene.body(occurred_at=datetime.combine(first, time(9), CHINA).isoformat())
    third = scene.body(occurred_at=datetime.combine(first, time(10), CHINA).isoformat())
    assert earned(scene, ride, other) == [(46, None), (46, None)]
    assert alone(scene, third) == (8, "scene.travel:per_month")
    # Another scene: thirty are left of what all share.
    assert alone(scene, bags(scene, first)) == (30, "programme:per_month")
    assert_books_balance(scene.wiring)


def test_what_is_taken_back_leaves_room_in_every_cap(programme: Programme) -> None:
    scene = programme(**OF_WEEK, programme={"points_per_month": 200})
    monday = date(2026, 9, 28)
    taken = scene.report(bags(scene, monday)).json
    assert alone(scene, bags(scene, monday + timedelta(days=1))) == (45, None)
    reversal = {"reason": "Sent twice"}
    path = f"/v1/actions/{taken['id']}/reversals"
    assert scene.http.post(path, reversal, token=scene.provider_token).status_code == 201
    # 45 of the week are used, and 45 of the month.
    wednesday = monday + timedelta(days=2)
    assert alone(scene, bags(scene, wednesday)) == (45, None)
    assert alone(scene, bags(scene, wednesday)) == (30, "own_bag:per_week")
    assert_books_balance(scene.wiring)


def test_who_reports_from_many_sides_at_once_has_one_week(programme: Programme) -> None:
    scene = programme(**OF_WEEK)
    bodies = [bags(scene, date(2026, 9, 28) + timedelta(days=each % 4)) for each in range(8)]
    points = at_once([lambda body=body: alone(scene, body) for body in bodies])
    assert sum(got for got, _ in points) == 120
    assert_books_balance(scene.wiring)


def test_a_campaign_brings_more_points_and_never_more_grams(programme: Programme) -> None:
    first = NOW.date()
    spring = {
        "title_zh": "自带袋周",
        "title_en": "Week of one's own bag",
        "first_day": first,
        "last_day": first,
        "behaviours": ["own_bag"],
        "percent": 150,
    }
    scene = programme(campaigns={"bags": spring})
    before, during = bags(scene, first - timedelta(days=1)), bags(scene, first)
    answers = scene.batch(before, during).json["results"]
    assert [each["action"]["points"]["awarded"] for each in answers] == [45, 67]
    kilograms = {each["action"]["reduction"]["reduction_kg"] for each in answers}
    assert kilograms == {"0.045000"}
    # The caps stay: 33 are left of the day.
    assert alone(scene, bags(scene, first)) == (33, "own_bag:per_day")
    assert_books_balance(scene.wiring)
    stated = scene.http.get("/v1/programme/points-policy").json["in_force"]
    assert stated["campaigns"]["bags"]["percent"] == 150
    assert stated["behaviours"]["own_bag"]["points_per_week"] is None


@pytest.mark.parametrize(
    "change",
    [
        "update points_cap set granted = granted - 1 where cap_code = 'own_bag:per_week'",
        "delete from points_cap where cap_code = 'programme:per_month'",
        "update points_cap set granted = 1000 where cap_code = 'programme:per_month'",
    ],
)
def test_the_audit_sees_a_cap_that_counts_otherwise(programme: Programme, change: str) -> None:
    scene = programme(**OF_WEEK, programme={"points_per_month": 200})
    assert alone(scene, bags(scene, NOW.date())) == (45, None)
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(f"set local session_replication_role = replica; {change}")
    broken = [finding.name for finding in audited(scene.wiring) if not finding.ok]
    assert broken == ["points_caps"]
