"""What earns over time is registered once, in every spelling, and by one holder at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.usecases.recording.register_installations import register_installations
from behaviours.actions.installation import ConflictingInstallation, Holder
from behaviours.actions.registering import NewInstallation
from behaviours.viewer import Viewer
from tests.builders.issuers import an_issuer
from tests.builders.parallel import accepted, at_once, refused
from tests.builders.people import a_participant, an_organisation

PATH = "/v1/installations"


def a_plant(scene, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "pv_plant",
        "number": f"0{scene.person.int % 10**20}",
        "issuer": "grid",
        "capacity": "5.5",
        "capacity_unit": "kW",
        "commissioned_on": "2026-01-01",
        "region": "CN-44",
        "evidence": "Grid connection contract 17",
        "participant_id": f"par_{scene.person.hex}",
        **changes,
    }


def register(scene, token: str | None = None, **changes: Any):
    return scene.http.post(PATH, a_plant(scene, **changes), token=token or scene.provider_token)


def step(scene, found, name: str, body: Any, token: str):
    return scene.http.post(f"{PATH}/{found['id']}/{name}", body, token=token)


@pytest.fixture
def scene(make_scene):
    return make_scene()


def test_a_provider_registers_a_plant_and_its_holder_reads_it(scene):
    made = register(scene)
    assert made.status_code == 201, made.json
    assert made.json["state"] == "reported"
    assert made.json["capacity"] == "5.5"
    assert made.json["issuer"] == "grid"
    for token in (scene.person_token, scene.provider_token):
        assert scene.http.get(f"{PATH}/{made.json['id']}", token=token).json == made.json
        listed = scene.http.get(f"{PATH}?kind=pv_plant", token=token).json["data"]
        assert [one["id"] for one in listed] == [made.json["id"]]
        assert scene.http.get(f"{PATH}?state=ended", token=token).json["data"] == []


def test_a_stranger_sees_nothing_of_it(scene, make_scene):
    made, other = register(scene).json, make_scene()
    for token in (other.provider_token, other.person_token):
        assert scene.http.get(f"{PATH}/{made['id']}", token=token).status_code == 404
        assert scene.http.get(PATH, token=token).json["data"] == []
    assert step(scene, made, "end", {"reason": "mine"}, other.person_token).status_code == 404


def test_a_meter_in_five_spellings_is_one(scene):
    number = f"1{scene.person.int % 10**20}"
    assert register(scene, number=f"00{number}").status_code == 201
    wide = number.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    dashed = f"{number[:5]}-{number[5:]}"
    for spelling in (number, f"0{number}", " ".join(number), wide, dashed):
        again = register(scene, number=spelling)
        assert again.status_code == 409, spelling
        assert again.json["code"] == "INSTALLATION_EXISTS"


def test_the_same_number_of_another_grid_is_another_meter(scene):
    here = register(scene)
    an_issuer(scene.wiring, "grid-b", kinds=("meter",), providers=[scene.provider])
    there = register(scene, issuer="grid-b")
    assert (here.status_code, there.status_code) == (201, 201)


def test_the_issuer_that_is_named_is_the_one_that_is_meant(scene):
    # The account's issuer comes first by name; the meter's is named.
    an_issuer(scene.wiring, "power-b", kinds=("meter",), providers=[scene.provider])
    made = register(scene, kind="meter", issuer="power-b")
    assert (made.status_code, made.json["issuer"]) == (201, "power-b")
    unknown = register(scene, issuer="nobody")
    assert unknown.json["code"] == "ISSUER_NOT_ADMITTED"
    assert unknown.json["errors"][0]["pointer"] == "/issuer"


def test_a_plant_says_what_it_can_do(scene):
    body = a_plant(scene)
    del body["capacity"], body["capacity_unit"]
    answer = scene.http.post(PATH, body, token=scene.provider_token)
    assert (answer.status_code, answer.json["code"]) == (422, "CAPACITY_NEEDED")
    assert register(scene, capacity="0").json["code"] == "CAPACITY_NEEDED"


def test_a_provider_registers_nothing_for_strangers(scene, make_scene):
    other = make_scene()
    answer = register(scene, participant_id=f"par_{other.person.hex}")
    assert answer.json["code"] == "UNKNOWN_PARTICIPANT"


def test_who_reported_or_holds_it_does_not_confirm_it(scene, token_for):
    made, seen = register(scene).json, {"reason": "Seen on the roof"}
    assert step(scene, made, "confirm", seen, scene.provider_token).status_code == 403
    assert step(scene, made, "confirm", seen, scene.person_token).status_code == 403
    confirmed = step(scene, made, "confirm", seen, token_for("operator"))
    assert confirmed.json["state"] == "confirmed"
    assert confirmed.json["confirmed"]["reason"] == "Seen on the roof"
    again = step(scene, made, "confirm", seen, token_for("operator"))
    assert again.json["code"] == "INSTALLATION_STATE_CONFLICT"


def test_a_provider_confirms_what_the_person_registered_herself(scene):
    body = a_plant(scene)
    del body["participant_id"]
    made = scene.http.post(PATH, body, token=scene.person_token)
    assert made.status_code == 201, made.json
    confirmed = step(scene, made.json, "confirm", {"reason": "Seen"}, scene.provider_token)
    assert confirmed.json["state"] == "confirmed"
    named = scene.http.post(PATH, a_plant(scene), token=scene.person_token)
    assert named.status_code == 422


def test_its_holder_ends_it_and_the_number_is_free(scene):
    made = register(scene).json
    ended = step(scene, made, "end", {"reason": "Taken down"}, scene.person_token)
    assert ended.json["state"] == "ended"
    assert register(scene).status_code == 201


def test_nothing_ends_before_it_began_or_in_the_future(scene):
    made = register(scene).json
    for at, code in (
        (datetime.now(UTC) + timedelta(days=1), "INSTALLATION_ENDS_IN_FUTURE"),
        (datetime(2025, 12, 1, tzinfo=UTC), "INSTALLATION_NOT_BEGUN"),
    ):
        body = {"reason": "Gone", "at": at.isoformat()}
        assert step(scene, made, "end", body, scene.person_token).json["code"] == code


def test_a_change_of_holder_is_one_instant(scene):
    made = register(scene).json
    buyer = a_participant(scene.wiring, provider_id=scene.provider)
    at = (datetime.now(UTC) - timedelta(days=3)).replace(microsecond=0)
    body = {
        "reason": "The flat was sold",
        "evidence": "Deed 5",
        "at": at.isoformat(),
        "participant_id": f"par_{buyer.hex}",
    }
    begun = step(scene, made, "holder", body, scene.provider_token)
    assert begun.status_code == 201, begun.json
    before = scene.http.get(f"{PATH}/{made['id']}", token=scene.person_token).json
    assert begun.json["follows"] == made["id"]
    assert begun.json["held_from"] == before["ended"]["at"]
    assert begun.json["state"] == "reported"
    assert register(scene).status_code == 409


def test_who_leaves_leaves_no_installation(scene, token_for):
    made = register(scene).json
    left = scene.http.delete("/v1/me", token=scene.person_token)
    assert left.status_code < 300, left.json
    found = scene.http.get(f"{PATH}/{made['id']}", token=token_for("operator")).json
    assert (found["state"], found["number"], found["evidence"]) == ("ended", "", "")


def test_of_many_who_register_one_number_at_once_one_does(wiring):
    provider = an_organisation(wiring)
    people = [a_participant(wiring, provider_id=provider) for _ in range(4)]
    number = f"1{provider.int % 10**18}"

    def work(person: UUID):
        new = NewInstallation(
            "vehicle", number, Holder(person, None), date(2026, 1, 1), "CN-44", "Registration"
        )
        return lambda connection: register_installations(
            connection,
            [new],
            viewer=Viewer("provider", provider),
            reported_by="provider:test",
            rulebook=wiring.rulebook,
            clock=wiring.clock,
        )

    url = wiring.settings.database_url
    answers = at_once(url, [work(person) for person in people])
    assert len(accepted(answers)) == 1
    assert len(refused(answers, ConflictingInstallation)) == 3
