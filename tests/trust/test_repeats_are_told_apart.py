"""A known external_id: a true repeat, another content, one that was taken back, a correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.store.audit.points import BALANCES, DEBT
from app.store.audit.recording import REVERSALS
from tests.app.recording.conftest import Scene
from tests.builders.audit import broken_of
from tests.builders.civil import yesterday_morning

Make = Callable[..., Scene]


def reverse(scene: Scene, action_id: str) -> None:
    answer = scene.http.post(
        f"/v1/actions/{action_id}/reversals", {"reason": "a test"}, token=scene.provider_token
    )
    assert answer.status_code == 201, answer.json


def test_a_repeat_in_another_spelling_is_a_repeat(make_scene: Make) -> None:
    scene = make_scene()
    body = scene.body(quantities={"trips": "1"})
    done = scene.report(body).json["id"]
    at = datetime.fromisoformat(body["occurred_at"]).astimezone(UTC)
    again = scene.report(
        {
            **body,
            "occurred_at": at.isoformat().replace("+00:00", "Z"),
            "quantities": {"trips": "1.0"},
            "evidence": {"ride_id": body["evidence"]["ride_id"].upper().replace("-", " ")},
        }
    )
    assert (again.status_code, again.json["code"]) == (409, "DUPLICATE_ACTION")
    assert again.json["details"]["action_id"] == done


DIFFERENT = [
    ({"behaviour": "bus_ride"}, ["behaviour"]),
    ({"occurred_at": "2026-11-20T08:00:00Z"}, ["occurred_at"]),
    ({"region": "CN-33"}, ["region"]),
    ({"evidence": {"ride_id": "quite-another"}}, ["evidence"]),
    ({"region": "CN-33", "behaviour": "bus_ride"}, ["behaviour", "region"]),
]


@pytest.mark.parametrize(("changes", "members"), DIFFERENT)
def test_another_content_is_a_conflict_that_names_what_differs(
    make_scene: Make, changes: dict[str, Any], members: list[str]
) -> None:
    scene = make_scene()
    body = scene.body()
    done = scene.report(body).json["id"]
    answer = scene.report({**body, **changes})
    assert (answer.status_code, answer.json["code"]) == (409, "CONFLICTING_REPEAT")
    assert answer.json["details"]["members"] == members
    assert answer.json["details"]["action_id"] == done
    assert all(member in answer.json["detail"] for member in members)


def test_a_corrected_reading_is_told_and_not_taken_for_a_repeat(make_scene: Make) -> None:
    scene = make_scene()
    scene.plant()
    body = scene.generation(yesterday_morning())
    assert scene.report(body).status_code == 201
    results = scene.batch({**body, "quantities": {"generation_kwh": "2.6"}}, body).json["results"]
    assert [one["problem"]["code"] for one in results] == ["CONFLICTING_REPEAT", "DUPLICATE_ACTION"]
    assert results[0]["problem"]["details"]["members"] == ["quantities"]


def test_within_a_list_a_repeat_and_a_conflict_are_told_apart(make_scene: Make) -> None:
    scene = make_scene()
    body = scene.body()
    results = scene.batch(body, body, {**body, "region": "CN-33"}).json["results"]
    assert [one["status"] for one in results] == [201, 409, 409]
    assert [one["problem"]["code"] for one in results[1:]] == [
        "DUPLICATE_ACTION",
        "CONFLICTING_REPEAT",
    ]
    assert results[2]["problem"]["details"]["members"] == ["region"]


def test_the_key_of_what_was_taken_back_says_so(make_scene: Make) -> None:
    scene = make_scene()
    body = scene.body()
    reverse(scene, scene.report(body).json["id"])
    for sent in (body, {**body, "region": "CN-33"}):
        answer = scene.report(sent)
        assert (answer.status_code, answer.json["code"]) == (409, "ACTION_REVERSED")
    assert scene.report({**body, "external_id": f"{body['external_id']}-2"}).status_code == 201


def test_a_correction_takes_the_place_of_what_it_corrects(make_scene: Make) -> None:
    scene = make_scene()
    scene.plant()
    body = scene.generation(yesterday_morning())
    wrong = scene.report(body).json
    right = {
        **body,
        "external_id": f"{body['external_id']}-2",
        "quantities": {"generation_kwh": "2.6"},
        "supersedes": wrong["id"],
    }
    dry = scene.report(right, query="?dry_run=true")
    assert (dry.status_code, dry.json["id"]) == (200, None)
    assert state(scene, wrong["id"]) == "quantified"
    done = scene.report(right)
    assert done.status_code == 201, done.json
    assert state(scene, wrong["id"]) == "reversed"
    again = scene.report(right)
    assert (again.json["code"], again.json["details"]["action_id"]) == (
        "DUPLICATE_ACTION",
        done.json["id"],
    )
    assert scene.report(body).json["code"] == "ACTION_REVERSED"
    for line in (REVERSALS, BALANCES, DEBT):
        assert (
            broken_of(scene.wiring, line, [scene.person, UUID(wrong["id"].removeprefix("act_"))])
            == []
        )


def test_a_correction_that_is_refused_leaves_everything_as_it_was(make_scene: Make) -> None:
    scene = make_scene()
    body, other = scene.body(), scene.body()
    wrong = scene.report(body).json["id"]
    scene.report(other)
    before = scene.rows()
    taken = {
        **body, "external_id": f"{body['external_id']}-2", "supersedes": wrong,
        "evidence": other["evidence"],
    }  # fmt: skip
    results = scene.batch(scene.body(), taken, scene.body()).json["results"]
    assert [one["status"] for one in results] == [201, 409, 201]
    assert results[1]["problem"]["code"] == "DUPLICATE_CLAIM"
    assert state(scene, wrong) == "quantified"
    assert scene.rows()["action"] == before["action"] + 2


def test_nobody_supersedes_the_action_of_another_or_one_by_itself(make_scene: Make) -> None:
    scene, other = make_scene(), make_scene()
    foreign = other.report().json["id"]
    answer = scene.report(scene.body(supersedes=foreign))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (404, "/supersedes")
    body = scene.body()
    own = scene.report(body).json["id"]
    assert scene.report({**body, "supersedes": own}).json["code"] == "DUPLICATE_ACTION"
    alone = {name: value for name, value in scene.body(supersedes=own).items()
             if name != "participant_id"}  # fmt: skip
    answer = scene.report(alone, token=scene.person_token)
    assert (answer.status_code, answer.json["code"]) == (409, "CANNOT_SUPERSEDE")


def state(scene: Scene, action_id: str) -> str:
    answer = scene.http.get(f"/v1/actions/{action_id}", token=scene.provider_token)
    return str(answer.json["state"])
