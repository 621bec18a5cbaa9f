"""A provider sees itself and nobody else: what it may report, its quota, what waits and why.

Every programme here is the shipped one with quotas and checks stated.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from tests.app.recording.conftest import Scene
from tests.app.recording.imports.conftest import RIDES
from tests.builders import files
from tests.builders.commands import typed
from tests.builders.installations import an_installation
from tests.builders.issuers import an_issuer
from tests.builders.jobs import drain
from tests.builders.people import Tokens, a_participant, an_organisation
from tests.builders.programmes import under
from tests.trust.test_somebody_who_does_not_gain_looks import decide
from tests.trust.test_what_waits_is_not_credited import ticket


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def seen(scene: Scene) -> dict[str, Any]:
    answer = scene.http.get("/v1/provider", token=scene.provider_token)
    assert answer.status_code == 200, answer.text
    return answer.json


def numbers_of(shown: dict[str, Any], behaviour: str) -> dict[str, Any]:
    (scene,) = [each for each in shown["scenes"] if each["behaviour"] == behaviour]
    return {each["kind"]: each for each in scene["numbers"]}


def a_quota(provider: UUID, **most: int) -> str:
    figures = ", ".join(f'{name}: "{value}"' for name, value in most.items())
    return f"{{providers: [{{provider: org_{provider.hex}, {figures}}}]}}"


def test_who_it_is_and_by_which_clients_it_comes(scene: Scene) -> None:
    shown = seen(scene)
    assert shown["id"] == public("org", scene.provider)
    assert shown["name"].startswith("provider ")
    assert shown["status"] == "active"
    (client,) = shown["clients"]
    assert client["client_id"].startswith("provider_")
    assert client["disabled_at"] is None
    assert "secret" not in json.dumps(shown)


def test_what_it_may_report_and_whose_the_numbers_are(scene: Scene) -> None:
    shown = seen(scene)
    assert {each["code"] for each in shown["issuers"]} == {"rides", "grid"}
    ride = numbers_of(shown, "metro_ride")["ride"]
    assert ride == {
        "kind": "ride",
        "evidence": ["ride_id"],
        "issuers": ["rides"],
        "naming": "may_name",
    }
    assert numbers_of(shown, "distributed_pv")["meter"]["issuers"] == ["grid"]
    (order,) = numbers_of(shown, "no_disposable_tableware").values()
    assert (order["issuers"], order["naming"]) == ([], "own_number")
    # What a rule prices today is listed with the version that does.
    (metro,) = [each for each in shown["scenes"] if each["behaviour"] == "metro_ride"]
    reported = scene.report().json
    assert reported["reduction"]["methodology"] in metro["methodologies"]


def test_of_two_issuers_it_must_name_one_and_then_does(scene: Scene) -> None:
    other = an_issuer(scene.wiring, kinds=("ride",), providers=[scene.provider])
    ride = numbers_of(seen(scene), "metro_ride")["ride"]
    assert ride["naming"] == "must_name"
    assert set(ride["issuers"]) == {"rides", other}
    unnamed = scene.report()
    assert (unnamed.status_code, unnamed.json["code"]) == (422, "ISSUER_NOT_NAMED")
    named = scene.body()
    named["evidence"]["issuer"] = other
    assert scene.report(named).status_code == 201


def test_its_quota_and_what_is_used_of_it_today(scene: Scene) -> None:
    quota = seen(scene)["quota"]
    assert [quota[f"{of}_{what}"] for of in ("actions", "kg") for what in ("per_day", "used")] == (
        [None] * 4
    )
    scene = under(scene, quotas=a_quota(scene.provider, actions_per_day=4, kg_per_day=1))
    before = seen(scene)["quota"]
    assert (before["actions_per_day"], before["actions_used"], before["actions_left"]) == (4, 0, 4)
    assert before["alarmed_at"] is None
    done = [scene.report().json for _ in range(5)]
    assert [each["state"] for each in done] == ["quantified"] * 4 + ["held"]
    saved = sum(Decimal(each["reduction"]["reduction_kg"]) for each in done[:4])
    after = seen(scene)["quota"]
    assert (after["actions_used"], after["actions_left"]) == (4, 0)
    assert Decimal(after["kg_used"]) == saved
    assert Decimal(after["kg_left"]) == 1 - saved
    assert after["alarmed_at"] is not None


def test_what_waits_by_reason_and_the_checks_that_hold_it(scene: Scene) -> None:
    scene = under(
        scene,
        quotas=a_quota(scene.provider, actions_per_day=3),
        checks='{same_device: {people: "1"}}',
    )
    device = secrets.token_hex(8)
    other = a_participant(scene.wiring, provider_id=scene.provider)
    bodies = [scene.body(device=device), scene.body(device=device), scene.body(), scene.body()]
    bodies[1]["participant_id"] = public("par", other)
    states = [scene.report(each).json["state"] for each in bodies]
    assert states == ["quantified", "held", "quantified", "held"]
    shown = seen(scene)
    (held,) = shown["waiting"]
    assert (held["state"], held["actions"], held["alarmed"]) == ("held", 2, 0)
    assert held["reasons"] == {"quota": 1, "same_device": 1}
    assert held["oldest_at"] < held["next_lapse_at"]
    signals = {each["code"]: each for each in shown["signals"]}
    assert signals["same_device"] == {
        "code": "same_device",
        "terms": {"people": 1},
        "held": 1,
    }
    assert (signals["impossible_speed"]["terms"], signals["impossible_speed"]["held"]) == (None, 0)


def test_its_installations_are_counted_by_kind_and_state(scene: Scene) -> None:
    assert seen(scene)["installations"] == []
    for number, confirmed in (("11", True), ("12", True), ("13", False)):
        mark = f"{secrets.randbelow(10**12):012d}{number}"
        an_installation(
            scene.wiring, scene.person, scene.provider, number=mark, confirmed=confirmed
        )
    assert seen(scene)["installations"] == [
        {"kind": "pv_plant", "reported": 1, "confirmed": 2, "ended": 0}
    ]


def test_nothing_of_another_provider_is_in_it(make_scene: Callable[..., Scene]) -> None:
    one, other = make_scene(), make_scene()
    of_one, of_other = (
        under(each, checks='{same_device: {people: "1"}}', quotas='{actions_per_day: "9"}')
        for each in (one, other)
    )
    device = secrets.token_hex(8)
    stranger = a_participant(one.wiring, provider_id=of_one.provider)
    of_one.report(of_one.body(device=device))
    of_one.report(of_one.body(device=device, participant_id=public("par", stranger)))
    number = f"{secrets.randbelow(10**12):012d}"
    an_installation(one.wiring, one.person, one.provider, number=number)
    assert seen(of_one)["quota"]["actions_used"] == 2
    shown = seen(of_other)
    assert (shown["waiting"], shown["installations"]) == ([], [])
    assert shown["quota"]["actions_used"] == 0
    assert public("org", one.provider) not in json.dumps(shown)


def test_nobody_else_asks_for_it(scene: Scene, token_for: Tokens) -> None:
    assert scene.http.get("/v1/provider").status_code == 401
    for role in ("participant", "merchant", "enterprise", "verifier", "operator", "authority"):
        assert scene.http.get("/v1/provider", token=token_for(role)).status_code == 403, role
    unknown = scene.http.get("/v1/provider?all=true", token=scene.provider_token)
    assert unknown.status_code == 422


def test_the_command_says_the_same(scene: Scene) -> None:
    result = typed(scene.wiring, "provider", public("org", scene.provider))
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == seen(scene)
    of_client = typed(scene.wiring, "provider", seen(scene)["clients"][0]["client_id"])
    assert of_client.stdout == result.stdout
    for name in ("nobody", public("org", an_organisation(scene.wiring, "merchant"))):
        refused = typed(scene.wiring, "provider", name)
        assert refused.exit_code == 3
        assert "NOT_A_PROVIDER" in refused.output


def test_its_refusals_are_what_a_hold_ended_with_and_the_lines_of_its_files(
    scene: Scene, token_for: Tokens
) -> None:
    held = scene.report(ticket(scene)).json
    assert held["state"] == "held"
    decided = decide(scene, held, token_for("operator"), "refuse", reason_code="not_done")
    assert decided.status_code == 200, decided.text
    files.accepted(scene.wiring, scene.provider, b"card,at,gate\nc-1,soon,7\nc-2,later,8\n", RIDES)
    drain(scene.wiring)
    lines, action = scene.http.get("/v1/provider/refusals", token=scene.provider_token).json["data"]
    assert (action["kind"], action["action"]["id"]) == ("action", held["id"])
    assert action["action"]["waiting"]["outcome"]["reason_code"] == "not_done"
    assert lines["kind"] == "import"
    assert sum(lines["codes"].values()) == 2
    told = scene.http.get(lines["refusals_url"], token=scene.provider_token)
    assert told.status_code == 200
    assert all(code in told.text for code in lines["codes"])
