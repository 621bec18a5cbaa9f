"""Who answers for the programme finds a person by what is read out; nobody else does, and the log
keeps whom they found.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.ids import public
from tests.app.recording.conftest import Scene
from tests.builders.answers import refusal
from tests.builders.people import Tokens, leaving

SEARCH = "/v1/participants/search"


class Desk:
    """Somebody of the programme, and a person with three rides."""

    def __init__(self, scene: Scene, token: str, identity: str) -> None:
        self.scene, self.token, self.identity = scene, token, identity
        self.rides = []
        for _ in range(3):
            body = scene.body()
            reported = scene.report(body)
            assert reported.status_code == 201, reported.text
            self.rides.append({**body, "id": reported.json["id"]})

    def find(self, **said: Any) -> Any:
        return self.scene.http.post(SEARCH, said, token=self.token)

    def people(self, **said: Any) -> list[str]:
        found = self.find(**said)
        assert found.status_code == 200, found.text
        return [each["id"] for each in found.json["people"]]

    def listed(self, query: str) -> Any:
        return self.scene.http.get(f"/v1/actions?{query}", token=self.token)

    def ids(self, query: str) -> list[str]:
        found = self.listed(query)
        assert found.status_code == 200, found.text
        return [each["id"] for each in found.json["data"]]


@pytest.fixture
def desk(make_scene: Callable[..., Scene], token_for: Tokens) -> Desk:
    identity = f"139{secrets.randbelow(10**8):08d}"
    return Desk(make_scene(identity=identity), token_for("operator"), identity)


def test_a_person_is_found_by_each_number_that_leads_to_one(desk: Desk) -> None:
    whose, provider = public("par", desk.scene.person), public("org", desk.scene.provider)
    ride = desk.rides[0]
    claim = {
        "kind": "ride", "issuer": "rides", "evidence": ride["evidence"],
        "on": ride["occurred_at"][:10],
    }  # fmt: skip
    for said, actions in (
        ({"identity": desk.identity}, []),
        ({"identity": f"+86 {desk.identity[:3]} {desk.identity[3:]}"}, []),
        ({"participant_id": whose}, []),
        ({"action_id": ride["id"]}, [ride["id"]]),
        ({"external_id": ride["external_id"], "provider_id": provider}, [ride["id"]]),
        ({"claim": claim}, [ride["id"]]),
    ):
        found = desk.find(**said)
        assert found.status_code == 200, found.text
        (one,) = found.json["people"]
        assert (one["id"], one["state"], one["providers"]) == (whose, "active", [provider]), said
        assert found.json["actions"] == actions, said


def test_what_leads_nowhere_finds_nobody(desk: Desk) -> None:
    other, nobody = public("par", desk.scene.provider), public("org", desk.scene.person)
    for said in (
        {"identity": f"138{secrets.randbelow(10**8):08d}"},
        {"participant_id": other},
        {"action_id": other.replace("par", "act")},
        {"external_id": "x", "provider_id": public("org", desk.scene.provider)},
        {"external_id": desk.rides[0]["external_id"], "provider_id": nobody},
    ):
        assert desk.people(**said) == [], said


def test_a_search_names_one_thing_and_all_of_it(desk: Desk) -> None:
    whose = public("par", desk.scene.person)
    for said in (
        {},
        {"identity": desk.identity, "participant_id": whose},
        {"external_id": "x"},
        {"provider_id": whose.replace("par", "org"), "identity": desk.identity},
    ):
        assert refusal(desk.find(**said)) == (422, "SEARCH_WRONG"), said
    claim = {"kind": "ride", "evidence": {"ride_id": "x"}, "on": "2026-03-01"}
    assert refusal(desk.find(claim=claim)) == (422, "DECLARATION_WRONG")


def test_the_log_keeps_whom_somebody_found_and_not_by_which_number(
    desk: Desk, token_for: Tokens
) -> None:
    assert desk.people(identity=desk.identity) == [public("par", desk.scene.person)]
    with desk.scene.wiring.database.engine.connect() as connection:
        (kept,) = connection.execute(
            text(
                "select to_jsonb(l)::text from log_entry l where verb = 'participant.search'"
                " and subject = :whose"
            ),
            {"whose": public("par", desk.scene.person)},
        ).scalars()
    assert "identity" in kept
    assert desk.identity not in kept


def test_actions_are_listed_of_a_person_a_provider_and_both(desk: Desk) -> None:
    whose, provider = public("par", desk.scene.person), public("org", desk.scene.provider)
    # The last done first: each is reported as done before the one reported before it.
    all_of = [each["id"] for each in desk.rides]
    assert desk.ids(f"participant_id={whose}") == all_of
    assert desk.ids(f"provider_id={provider}") == all_of
    assert desk.ids(f"participant_id={whose}&provider_id={provider}") == all_of
    stranger = public("org", desk.scene.person)
    assert desk.ids(f"participant_id={whose}&provider_id={stranger}") == []
    named = f"provider_id={provider}&external_id={desk.rides[1]['external_id']}"
    assert desk.ids(named) == [all_of[1]]
    assert desk.ids(f"{named}&participant_id={whose}") == [all_of[1]]
    assert desk.ids(f"{named}&participant_id={public('par', desk.scene.provider)}") == []
    first = desk.listed(f"participant_id={whose}&limit=2").json
    assert [each["id"] for each in first["data"]] == all_of[:2]
    rest = f"participant_id={whose}&limit=2&cursor={first['next_cursor']}"
    assert desk.ids(rest) == all_of[2:]
    for query in ("", f"?participant_id={whose}&external_id=x", "?behaviour=metro_ride"):
        asked = desk.scene.http.get(f"/v1/actions{query}", token=desk.token)
        assert refusal(asked) == (422, "SEARCH_WRONG"), query


def test_of_who_left_only_the_account_is_found(desk: Desk) -> None:
    whose = public("par", desk.scene.person)
    desk.scene.wiring.database.transact(leaving(desk.scene.wiring, desk.scene.person))
    assert desk.people(identity=desk.identity) == []
    found = desk.find(participant_id=whose).json
    assert [(each["id"], each["state"]) for each in found["people"]] == [(whose, "closed")]
    assert desk.ids(f"participant_id={whose}") == []


def test_only_who_answers_for_the_programme_looks(desk: Desk, token_for: Tokens) -> None:
    assert desk.scene.http.post(SEARCH, {}).status_code == 401
    for token in (desk.scene.provider_token, desk.scene.person_token, token_for("enterprise")):
        assert desk.scene.http.post(SEARCH, {"identity": "1"}, token=token).status_code == 403
        assert desk.scene.http.get("/v1/actions", token=token).status_code == 403
    authority = token_for("authority")
    found = desk.scene.http.post(SEARCH, {"identity": desk.identity}, token=authority)
    assert [each["id"] for each in found.json["people"]] == [public("par", desk.scene.person)]
