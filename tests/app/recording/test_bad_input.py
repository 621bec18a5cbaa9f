"""What a careless or hostile sender meets: a pointer, a sentence, and books without a new row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.app.recording.conftest import Scene


def refused(
    scene: Scene, answer: TestResponse, *, status: int, pointer: str, code: str | None = None
) -> None:
    """The answer is a problem with this pointer, and nothing was written."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    problem = answer.json
    assert pointer in [error["pointer"] for error in problem["errors"]]
    if code is not None:
        assert problem["code"] == code
    assert all(len(error["detail"]) > 20 for error in problem["errors"])
    assert not any(scene.rows().values())


@pytest.mark.parametrize(
    "trips",
    [
        1, 1.0, True, None, [], {}, "", "1.0000001", "01", "1e3", "１", "1_000", " 1", "1 ", "+1",
        "-1", "0x1", "NaN", "Infinity", "1,0", "1.", ".5", "1234567890123", "٣",
    ],
)  # fmt: skip
def test_a_quantity_is_a_plain_decimal_string(scene: Scene, trips: Any) -> None:
    answer = scene.report(scene.body(quantities={"trips": trips}))
    refused(scene, answer, status=422, pointer="/quantities/trips")


@pytest.mark.parametrize("trips", ["0", "11", "999999999999", "1.5"])
def test_absurd_quantities_are_out_of_bounds(scene: Scene, trips: str) -> None:
    answer = scene.report(scene.body(quantities={"trips": trips}))
    refused(scene, answer, status=422, pointer="/quantities/trips", code="INVALID_QUANTITY")


@pytest.mark.parametrize(
    ("quantities", "pointer"),
    [
        ({}, "/quantities/trips"),
        ({"trips": "1", "trips_km": "1"}, "/quantities/trips_km"),
        ({"distance_m": "1000"}, "/quantities/distance_m"),
        ({"a/b~c": "1"}, "/quantities/a~1b~0c"),
        ("1", "/quantities"),
        (None, "/quantities"),
        ([], "/quantities"),
    ],
)
def test_wrong_units_and_names_are_pointed_at(scene: Scene, quantities: Any, pointer: str) -> None:
    refused(scene, scene.report(scene.body(quantities=quantities)), status=422, pointer=pointer)


@pytest.mark.parametrize(
    ("evidence", "pointer"),
    [
        ({}, "/evidence/ride_id"),
        ({"ride_id": ""}, "/evidence/ride_id"),
        ({"ride_id": 7}, "/evidence/ride_id"),
        ({"ride_id": " r"}, "/evidence/ride_id"),
        ({"ride_id": "r" * 129}, "/evidence/ride_id"),
        ({"ride_id": "a\nb"}, "/evidence/ride_id"),
        ({"ride_id": "r", "card": "c"}, "/evidence/card"),
        ({str(number): "x" for number in range(40)}, "/evidence"),
    ],
)
def test_evidence_is_what_the_rule_names(scene: Scene, evidence: Any, pointer: str) -> None:
    refused(scene, scene.report(scene.body(evidence=evidence)), status=422, pointer=pointer)


@pytest.mark.parametrize(
    ("occurred_at", "code"),
    [
        pytest.param(
            (datetime.now(UTC) + timedelta(days=3650)).isoformat(), "IN_THE_FUTURE", id="ahead"
        ),
        ("2019-01-01T08:00:00+08:00", "NO_RULE_IN_FORCE"),
        ("0001-01-01T00:00:00Z", "NO_RULE_IN_FORCE"),
        ("0001-01-01T00:00:00+08:00", "VALIDATION_FAILED"),
        ("9999-12-31T23:59:59-08:00", "VALIDATION_FAILED"),
        ("2026-03-01T08:15:00", "VALIDATION_FAILED"),
        ("2026-03-01", "VALIDATION_FAILED"),
        ("2026-02-30T08:15:00Z", "VALIDATION_FAILED"),
        ("2026-03-01T25:15:00Z", "VALIDATION_FAILED"),
        ("2026-03-01T08:15:00+99:00", "VALIDATION_FAILED"),
        ("yesterday", "VALIDATION_FAILED"),
        (1772324100, "VALIDATION_FAILED"),
        (None, "VALIDATION_FAILED"),
    ],
)
def test_times_are_real_past_and_have_an_offset(scene: Scene, occurred_at: Any, code: str) -> None:
    answer = scene.report(scene.body(occurred_at=occurred_at))
    refused(scene, answer, status=422, pointer="/occurred_at", code=code)


def test_an_end_comes_after_its_start_and_not_too_long_after(scene: Scene) -> None:
    began = datetime.now(UTC) - timedelta(days=2)
    for hours in (0, -1, 30):
        body = scene.body(
            occurred_at=began.isoformat(), ended_at=(began + timedelta(hours=hours)).isoformat()
        )
        answer = scene.report(body)
        refused(scene, answer, status=422, pointer="/ended_at", code="INVALID_INTERVAL")


def test_what_is_metered_needs_its_end(scene: Scene) -> None:
    body = scene.body(
        behaviour="distributed_pv",
        quantities={"generation_kwh": "1"},
        evidence={"meter_id": f"M-{scene.person.hex}"},
    )
    refused(scene, scene.report(body), status=422, pointer="/ended_at")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"behaviour": "flying"}, "/behaviour"),
        ({"behaviour": ""}, "/behaviour"),
        ({"behaviour": 5}, "/behaviour"),
        ({"region": "CN-99"}, "/region"),
        ({"region": "GD"}, "/region"),
        ({"region": "cn-44"}, "/region"),
        ({"external_id": ""}, "/external_id"),
        ({"external_id": "x" * 129}, "/external_id"),
        ({"external_id": "a\tb"}, "/external_id"),
        ({"participant_id": "par_123"}, "/participant_id"),
        ({"participant_id": f"act_{'0' * 32}"}, "/participant_id"),
        ({"participant_id": None}, "/participant_id"),
        ({"occured_at": "2026-01-01T00:00:00Z"}, "/occured_at"),
    ],
)
def test_members_that_say_nothing_known_are_pointed_at(
    scene: Scene, changes: dict[str, Any], pointer: str
) -> None:
    refused(scene, scene.report(scene.body(**changes)), status=422, pointer=pointer)


@pytest.mark.parametrize("member", ["behaviour", "external_id", "occurred_at", "region",
                                    "quantities", "evidence", "participant_id"])  # fmt: skip
def test_what_is_missing_is_named(scene: Scene, member: str) -> None:
    body = scene.body()
    body.pop(member)
    refused(scene, scene.report(body), status=422, pointer=f"/{member}")


def test_an_area_without_a_factor_is_refused_and_not_filled(scene: Scene) -> None:
    body = scene.body(
        behaviour="ev_charging",
        region="CN-54",
        quantities={"energy_kwh": "10"},
        evidence={"session_id": f"S-{scene.person.hex}"},
    )
    refused(scene, scene.report(body), status=422, pointer="/region", code="NO_FACTOR_FOR_AREA")


def test_a_foreign_participant_does_not_exist(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    other = make_scene()
    answer = scene.report(scene.body(participant_id=f"par_{other.person.hex}"))
    refused(other, answer, status=404, pointer="/participant_id", code="UNKNOWN_PARTICIPANT")


def test_without_consent_to_the_scene_nothing_is_recorded(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene(scenes=("food",))
    refused(scene, scene.report(), status=403, pointer="/participant_id", code="CONSENT_MISSING")


def test_a_consent_to_the_behaviour_or_to_its_category_is_enough(
    make_scene: Callable[..., Scene],
) -> None:
    for consented in (("metro_ride",), ("travel",)):
        assert make_scene(scenes=consented).report().status_code == 201


def test_a_action_before_the_day_of_the_consent_is_not_covered(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene()
    long_ago = (datetime.now(UTC) - timedelta(days=70)).isoformat()
    answer = scene.report(scene.body(occurred_at=long_ago))
    refused(scene, answer, status=403, pointer="/participant_id", code="CONSENT_MISSING")


def test_a_action_on_the_day_of_the_consent_is_covered_from_its_first_hour(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene()
    with scene.wiring.database.engine.begin() as connection:
        given = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
        connection.exec_driver_sql(
            "update consent set granted_at = %s where participant_id = %s", (given, scene.person)
        )
    for occurred_at, status in (
        ("2026-03-09T23:59:59+08:00", 403),
        ("2026-03-10T00:00:00+08:00", 201),
    ):
        assert scene.report(scene.body(occurred_at=occurred_at)).status_code == status


def test_consent_begins_with_its_day_and_ends_at_its_withdrawal_tried_or_done(
    scene: Scene,
) -> None:
    midnight = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # The first moment of 11 March in China.
    withdrawn = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set granted_at = %s, withdrawn_at = %s where participant_id = %s",
            (midnight, withdrawn, scene.person),
        )
    second = timedelta(seconds=1)
    for moment, status in (
        (midnight - second, 403),
        (midnight, 201),
        (withdrawn - second, 201),
        (withdrawn, 403),
    ):
        ride = scene.body(occurred_at=moment.isoformat())
        # A trial asks at leisure, a single action in one statement: two pieces of SQL, one answer.
        tried = scene.report(ride, query="?dry_run=true").status_code
        assert (tried, scene.report(ride).status_code) == (200 if status == 201 else 403, status)


def test_after_the_withdrawal_nothing_more_is_recorded(scene: Scene) -> None:
    withdrawn = datetime.now(UTC) - timedelta(days=3)
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set withdrawn_at = %s where participant_id = %s",
            (withdrawn, scene.person),
        )
    after = scene.body(occurred_at=(withdrawn + timedelta(minutes=1)).isoformat())
    refused(
        scene,
        scene.report(after),
        status=403,
        pointer="/participant_id",
        code="CONSENT_WITHDRAWN",
    )
    before = scene.body(occurred_at=(withdrawn - timedelta(minutes=1)).isoformat())
    assert scene.report(before).status_code == 201


def test_who_has_left_is_left_alone(scene: Scene) -> None:
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update participant set state = 'closed' where participant_id = %s", (scene.person,)
        )
    refused(
        scene,
        scene.report(),
        status=409,
        pointer="/participant_id",
        code="PARTICIPANT_CLOSED",
    )


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b'{"behaviour": "a", "behaviour": "b"}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"NaN", 400),
        (b'"text"', 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"external_id": "\\u0000"}', 422),
        (b'{"external_id": "\\ud800"}', 422),
        (b" " * (3 * 1024 * 1024), 413),
    ],
)
@pytest.mark.parametrize("path", ["/v1/actions", "/v1/actions/batch"])
def test_bodies_that_are_no_request(scene: Scene, path: str, raw: bytes, status: int) -> None:
    if status == 413 and path.endswith("batch"):
        raw *= 5
    answer = scene.http.send(
        "POST", path, token=scene.provider_token, data=raw, content_type="application/json"
    )
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert not any(scene.rows().values())


def test_a_dry_run_says_yes_or_no(scene: Scene) -> None:
    answer = scene.report(query="?dry_run=maybe")
    refused(scene, answer, status=422, pointer="?dry_run")


def test_the_same_action_twice_in_one_batch_is_taken_once(scene: Scene) -> None:
    body = scene.body()
    results = scene.batch(body, body).json["results"]
    assert [one["status"] for one in results] == [201, 409]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/actions/1/external_id"
    assert scene.rows()["action"] == 1
