"""What cannot be a number of its issuer is refused, wherever it comes in; what stood, stands."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from behaviours.civil_time import civil_day
from tests.app.recording.conftest import Scene
from tests.builders.civil import yesterday_morning
from tests.builders.issuers import an_issuer
from tests.builders.people import Tokens

Make = Callable[..., Scene]
TEN = {"least": 10, "most": 10, "digits_only": True}


def a_meter() -> str:
    """Ten digits that nobody has used."""
    return str(1_000_000_000 + secrets.randbelow(9_000_000_000))


@pytest.fixture
def scene(make_scene: Make) -> Scene:
    return make_scene()


@pytest.fixture
def operator(scene: Scene) -> str:
    return Tokens(scene.http._client.application, scene.wiring)("operator")


def stated(
    scene: Scene, operator: str, code: str, *numbers: dict[str, Any], since: str = "2020-01-01"
) -> Any:
    """What the operator says, of days long ago by default, and the authority signs too."""
    path, said = f"/v1/issuers/{code}/numbers", {"numbers": list(numbers), "since": since}
    answer = scene.http.send("PUT", path, said, token=operator)
    if answer.status_code == 202:
        authority = Tokens(scene.http._client.application, scene.wiring)("authority")
        answer = scene.http.send("PUT", path, said, token=authority)
    scene.wiring.rules.expect_news(scene.wiring.database)
    return answer


def grid(scene: Scene, operator: str, **shape: Any) -> str:
    code = an_issuer(
        scene.wiring, kinds=("meter", "electricity_account_day"), providers=[scene.provider]
    )
    answer = stated(scene, operator, code, {"kind": "meter", **TEN, **shape})
    assert answer.status_code == 200, answer.text
    return code


def generated(scene: Scene, meter: str, issuer: str) -> Any:
    body = scene.generation(yesterday_morning())
    return scene.report({**body, "evidence": {"meter_id": meter, "issuer": issuer}})


def plant(scene: Scene, number: str, issuer: str) -> Any:
    body = {
        "kind": "pv_plant",
        "number": number,
        "issuer": issuer,
        "participant_id": f"par_{scene.person.hex}",
        "capacity": "100",
        "capacity_unit": "kW",
        "commissioned_on": "2024-01-01",
        "region": "CN-44",
        "evidence": "Contract",
    }
    return scene.http.post("/v1/installations", body, token=scene.provider_token)


@pytest.mark.parametrize(
    ("meter", "says"),
    [
        ("123456789", "9"),
        ("12345678901", "11"),
        ("12345A7890", "digits"),
        # Without its zeros it has four.
        ("0000001234", "4"),
    ],
)
def test_what_cannot_be_a_number_of_the_issuer_is_refused(scene, operator, meter, says):
    issuer = grid(scene, operator)
    answer = generated(scene, meter, issuer)
    assert (answer.status_code, answer.json["code"]) == (422, "NUMBER_NOT_OF_ISSUER"), answer.text
    assert answer.json["errors"][0]["pointer"] == "/evidence/meter_id"
    assert issuer in answer.json["detail"]
    assert says in answer.json["detail"]


def test_what_can_be_one_is_taken_in_every_spelling(scene, operator):
    issuer, meter = grid(scene, operator), a_meter()
    assert plant(scene, meter, issuer).status_code == 201
    answer = generated(scene, f"00{meter[:4]}-{meter[4:]}", issuer)
    assert answer.status_code == 201, answer.text


def test_an_installation_has_a_number_of_its_issuer_too(scene, operator):
    answer = plant(scene, "12345", grid(scene, operator))
    assert (answer.status_code, answer.json["code"]) == (422, "NUMBER_NOT_OF_ISSUER"), answer.text
    assert answer.json["errors"][0]["pointer"] == "/number"


def test_what_was_recorded_before_stays_claimed_and_can_be_taken_back(scene, operator):
    code = an_issuer(scene.wiring, kinds=("ride",), providers=[scene.provider])
    body = scene.body()
    body["evidence"]["issuer"] = code
    recorded = scene.report(body)
    assert recorded.status_code == 201, recorded.text
    shape = {"kind": "ride", **TEN}
    assert stated(scene, operator, code, shape).json["numbers"] == [shape]
    other = scene.body(evidence=dict(body["evidence"]))
    assert scene.report(other).json["code"] == "NUMBER_NOT_OF_ISSUER"
    assert scene.report(body).json["code"] == "NUMBER_NOT_OF_ISSUER"
    taken_back = scene.http.post(
        f"/v1/actions/{recorded.json['id']}/reversals",
        {"reason": "A test ride."},
        token=scene.provider_token,
    )
    assert taken_back.status_code == 201, taken_back.text
    # What is said better later holds from then on.
    wider = {**shape, "most": 64, "least": 1, "digits_only": False}
    assert stated(scene, operator, code, wider).status_code == 200
    assert scene.report(other).status_code == 201


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([{"kind": "receipt", **TEN}], "NUMBER_SHAPE_WRONG"),
        ([{"kind": "ride", **TEN}, {"kind": "ride", **TEN}], "NUMBER_SHAPE_WRONG"),
        ([{"kind": "ride", **TEN, "most": 9}], "NUMBER_SHAPE_WRONG"),
        ([{"kind": "ride", **TEN, "least": 0}], "VALIDATION_FAILED"),
    ],
)
def test_what_cannot_be_said_of_numbers_is_refused(scene, operator, numbers, code):
    issuer = an_issuer(scene.wiring, kinds=("ride",))
    answer = stated(scene, operator, issuer, *numbers)
    assert (answer.status_code, answer.json["code"]) == (422, code), answer.text


def test_an_issuer_is_registered_with_its_numbers_and_anybody_reads_them(
    scene, operator, token_for
):
    new = {
        "code": f"i-{secrets.token_hex(6)}", "name_zh": "地铁", "name_en": "Metro",
        "kinds": ["ride"], "numbers": [{"kind": "ride", **TEN}],
    }  # fmt: skip
    scene.http.post("/v1/issuers", new, token=operator)
    made = scene.http.post("/v1/issuers", new, token=token_for("authority"))
    assert (made.status_code, made.json["numbers"]) == (201, new["numbers"]), made.text
    listed = scene.http.get("/v1/issuers?kind=ride&limit=100").json["data"]
    assert new["numbers"] in [each["numbers"] for each in listed]
    other = scene.http.post("/v1/issuers", {**new, "numbers": []}, token=operator)
    assert (other.status_code, other.json["code"]) == (409, "ISSUER_EXISTS")


def test_an_action_of_an_earlier_day_is_held_against_what_was_said_of_it(scene, operator):
    issuer, meter, longer = grid(scene, operator), a_meter(), f"77{a_meter()}"
    today = civil_day(scene.wiring.clock.now(), scene.wiring.zone)
    twelve = {"kind": "meter", **TEN, "least": 12, "most": 12}
    ten = {"kind": "meter", **TEN}
    answer = stated(scene, operator, issuer, twelve, since=today.isoformat())
    assert answer.status_code == 200, answer.text
    assert answer.json["numbers"] == [twelve]
    before = date(2020, 1, 1)
    assert answer.json["history"] == [
        {"since": None, "until": str(before - timedelta(days=1)), "numbers": []},
        {"since": str(before), "until": str(today - timedelta(days=1)), "numbers": [ten]},
        {"since": str(today), "until": None, "numbers": [twelve]},
    ]
    # What a meter bears that is registered today is of today; it reported yesterday by the other.
    assert plant(scene, meter, issuer).json["code"] == "NUMBER_NOT_OF_ISSUER"
    assert plant(scene, longer, issuer).status_code == 201
    assert generated(scene, longer, issuer).json["code"] == "NUMBER_NOT_OF_ISSUER"
    again = stated(scene, operator, issuer, twelve, since=today.isoformat())
    assert (again.status_code, again.json["awaiting"]) == (200, []), "it stands so"
    (listed,) = [
        each
        for each in scene.http.get("/v1/issuers?kind=meter&limit=100").json["data"]
        if each["code"] == issuer
    ] or [answer.json]
    assert listed["history"] == answer.json["history"]
