"""Who enrolled a person is told what is missing; to everybody else the person does not exist."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.app.recording.conftest import Scene
from tests.builders.people import Http, Tokens, an_organisation


@pytest.fixture
def enrolled(http: Http, token_for: Tokens) -> Callable[..., tuple[str, str]]:
    """``enrolled(identity, provider)``: a token of the provider, and the person's public id."""

    def enrol(identity: str, provider: Any) -> tuple[str, str]:
        token = token_for("provider", tenant=provider)
        answer = http.post(
            "/v1/participants", {"identity": identity, "region": "CN-44"}, token=token
        )
        assert answer.status_code in (200, 201), answer.text
        return token, answer.json["id"]

    return enrol


def close(scene: Scene) -> None:
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update participant set state = 'closed' where participant_id = %s", (scene.person,)
        )


def test_whoever_enrolled_without_consents_is_told_that_they_are_missing(
    scene: Scene, enrolled: Callable[..., tuple[str, str]]
) -> None:
    token, person = enrolled(secrets.token_hex(8), an_organisation(scene.wiring))
    answer = scene.report(scene.body(participant_id=person), token=token)
    assert (answer.status_code, answer.json["code"]) == (403, "CONSENT_MISSING"), answer.text
    assert answer.json["errors"][0]["pointer"] == "/participant_id"


def test_so_is_a_second_provider_who_enrolled_the_same_person(
    scene: Scene, enrolled: Callable[..., tuple[str, str]]
) -> None:
    identity = secrets.token_hex(8)
    _, person = enrolled(identity, an_organisation(scene.wiring))
    second = an_organisation(scene.wiring)
    token, same = enrolled(identity, second)
    assert same == person
    for _ in range(2):  # Enrolling again changes nothing.
        token, _ = enrolled(identity, second)
    answer = scene.report(scene.body(participant_id=person), token=token)
    assert (answer.status_code, answer.json["code"]) == (403, "CONSENT_MISSING"), answer.text


def test_a_batch_tells_them_apart(
    scene: Scene, make_scene: Callable[..., Scene], enrolled: Callable[..., tuple[str, str]]
) -> None:
    _, person = enrolled(secrets.token_hex(8), scene.provider)
    foreign = make_scene().person
    answer = scene.batch(
        scene.body(participant_id=person),
        scene.body(participant_id=f"par_{foreign.hex}"),
        scene.body(),
    )
    codes = [each.get("problem", {}).get("code") for each in answer.json["results"]]
    assert codes == ["CONSENT_MISSING", "UNKNOWN_PARTICIPANT", None]


def test_that_somebody_has_left_is_told_to_their_own_provider_only(
    scene: Scene, token_for: Tokens
) -> None:
    close(scene)
    own = scene.report()
    assert (own.status_code, own.json["code"]) == (409, "PARTICIPANT_CLOSED")
    stranger = scene.report(token=token_for("provider", tenant=an_organisation(scene.wiring)))
    assert (stranger.status_code, stranger.json["code"]) == (404, "UNKNOWN_PARTICIPANT")
    nobody = scene.report(scene.body(participant_id=f"par_{'0' * 32}"))
    assert stranger.json["detail"] == nobody.json["detail"]
