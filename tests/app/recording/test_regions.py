"""Where something was done, in whatever way it is written."""

from __future__ import annotations

import pytest

from tests.app.recording.conftest import Scene


@pytest.mark.parametrize(
    ("written", "kept"),
    [("CN-GD", "CN-44"), ("CN-440300", "CN-440300"), ("CN-440305", "CN-440300")],
)
def test_the_answer_says_which_code_is_kept(scene: Scene, written: str, kept: str) -> None:
    recorded = scene.report(scene.body(region=written))
    assert recorded.status_code == 201
    assert recorded.json["region"] == kept
    path = f"/v1/actions/{recorded.json['id']}"
    assert scene.http.get(path, token=scene.provider_token).json["region"] == kept
    working = scene.http.get(f"{path}/calculation", token=scene.person_token).json
    assert working["agrees"] is True
    assert {"name": "region", "value": kept}.items() <= next(
        each for each in working["inputs"] if each["name"] == "region"
    ).items()


def test_the_same_place_in_other_letters_is_the_same_action(scene: Scene) -> None:
    body = scene.body(region="CN-44")
    first = scene.report(body).json
    (again,) = scene.batch(body | {"region": "CN-GD"}).json["results"]
    assert again["status"] == 409
    assert again["problem"]["code"] == "DUPLICATE_ACTION"
    assert again["problem"]["details"]["action_id"] == first["id"]


@pytest.mark.parametrize(
    ("written", "code"), [("CN-QQ", "UNKNOWN_REGION"), ("CN-330001", "UNKNOWN_REGION")]
)
def test_a_region_that_is_none_is_refused_at_its_place(
    scene: Scene, written: str, code: str
) -> None:
    answer = scene.report(scene.body(region=written))
    assert (answer.status_code, answer.json["code"]) == (422, code)
