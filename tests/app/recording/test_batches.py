"""Reporting many actions at once: each as if it had come alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.app.recording.conftest import Scene
from tests.builders.sealed import in_the_clear


def test_in_one_batch_the_cap_is_shared_in_order(scene: Scene) -> None:
    began = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    bodies = [
        scene.body(
            behaviour="own_bag",
            occurred_at=began,
            quantities={"times": "9"},
            evidence={"receipt_no": f"R-{scene.person.hex}-{number}"},
        )
        for number in range(4)
    ]
    results = scene.batch(*bodies).json["results"]
    assert [one["action"]["points"]["awarded"] for one in results] == [45, 45, 10, 0]


def test_a_rule_reads_the_week_before_from_the_books_and_from_the_same_batch(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    """Above the city mean the baseline is the mean of the home's own seven days before."""
    provider_scene = make_scene(scene.provider)
    # Yesterday's, so that the last day of the eight is over at whatever hour this runs.
    noon = (datetime.now(UTC) - timedelta(days=1)).replace(
        hour=4, minute=0, second=0, microsecond=0
    )

    scene.home()
    provider_scene.home()

    def days(who: Scene, kwh: list[str]) -> list[dict]:
        first = noon - timedelta(days=len(kwh))
        return [
            who.body(
                behaviour="household_electricity",
                occurred_at=(first + timedelta(days=number)).isoformat(),
                quantities={"consumption_kwh": used},
                evidence={"account_no": f"A-{who.person.hex}"},
            )
            for number, used in enumerate(kwh)
        ]

    use = ["20", "20", "20", "20", "20", "20", "20", "10"]
    at_once = scene.batch(*days(scene, use)).json["results"]
    assert [one["status"] for one in at_once] == [201] * 8
    one_by_one = [provider_scene.report(body) for body in days(provider_scene, use)]
    grams = [one.json["reduction"]["reduction_kg"] for one in one_by_one]
    assert [one["action"]["reduction"]["reduction_kg"] for one in at_once] == grams
    assert grams[:7] == ["0.000000"] * 7
    assert float(grams[7]) > 0
    calculation = scene.http.get(
        f"/v1/actions/{at_once[7]['action']['id']}/calculation", token=scene.provider_token
    ).json
    assert [one["value"] for one in calculation["history"]] == ["20"] * 7
    assert calculation["agrees"] is True


def test_a_batch_answers_each_as_if_it_had_come_alone(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    stranger = make_scene()
    ride = scene.body()
    first, last = scene.body(), scene.body()
    bodies = [
        first,
        {**ride, "participant_id": f"par_{stranger.person.hex}"},  # not this provider's
        ride,  # so this is not a repeat of the one before
        {**ride, "evidence": {"ride_id": "another"}},  # but this has its external_id
        {**scene.body(), "quantities": {"trips": "1.5"}},
        {**scene.body(), "quantities": {"trips": "1", "km": "2"}},
        {**scene.body(), "colour": "red"},
        "no object",
        {**scene.body(), "evidence": first["evidence"]},
        last,
    ]
    answer = scene.batch(*bodies)
    assert answer.status_code == 207
    results = answer.json["results"]
    assert [one["status"] for one in results] == [201, 404, 201, 409, 422, 422, 422, 422, 409, 201]
    problems = [one["problem"]["errors"][0] for one in results if "problem" in one]
    assert [(one["pointer"], one["code"]) for one in problems] == [
        ("/actions/1/participant_id", "UNKNOWN_PARTICIPANT"),
        ("/actions/3/external_id", "CONFLICTING_REPEAT"),
        ("/actions/4/quantities/trips", "INVALID_QUANTITY"),
        ("/actions/5/quantities/km", "INVALID_QUANTITY"),
        ("/actions/6/colour", "UNKNOWN_MEMBER"),
        ("/actions/7", "WRONG_TYPE"),
        ("/actions/8/evidence/ride_id", "DUPLICATE_CLAIM"),
    ]
    assert results[3]["problem"]["details"]["collides_with_item"] == 2
    assert scene.rows()["action"] == 3
    assert scene.rows()["claim_key"] == 6


def test_a_batch_of_hundreds_is_written_like_one_by_one(make_scene: Callable[..., Scene]) -> None:
    """Many rows take another road into the tables; both must leave the same rows."""
    few, many = make_scene(), make_scene()
    strange = 'say "hi" \\ {x}, \u4e2d\u6587 NULL'
    # Of the same moments, so that as many are of each day, which has its cap.
    now = datetime.now(UTC)

    def bodies(who: Scene, count: int) -> list[dict]:
        return [
            who.body(
                occurred_at=(now - timedelta(minutes=10 * number + 10)).isoformat(),
                external_id=f"{strange} {number}",
                evidence={"ride_id": f"{strange} {who.person} {number}"},
            )
            for number in range(count)
        ]

    for body in bodies(few, 130):
        assert few.report(body).status_code == 201
    assert {one["status"] for one in many.batch(*bodies(many, 130)).json["results"]} == {201}
    assert few.rows() == many.rows()
    for who in (few, many):
        kept = in_the_clear(who.wiring, "participant_id = %s", (who.person,))[0]
        assert kept.external_id == f"{strange} 0"
        assert kept.evidence == {"ride_id": f"{strange} {who.person} 0"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"actions": {}}, "/actions"),
        ({}, "/actions"),
        ({"actions": [], "more": 1}, "/more"),
        ([], ""),
    ],
)
def test_a_batch_of_the_wrong_shape_is_refused_whole(
    scene: Scene, body: object, pointer: str
) -> None:
    answer = scene.http.post("/v1/actions/batch", body, token=scene.provider_token)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_a_batch_above_five_thousand_is_refused_whole(scene: Scene) -> None:
    answer = scene.batch(*[{}] * 5001)
    assert (answer.status_code, answer.json["code"]) == (422, "TOO_MANY_ACTIONS")


def test_only_providers_report_batches(scene: Scene) -> None:
    assert scene.batch(scene.body(), token=scene.person_token).status_code == 403
