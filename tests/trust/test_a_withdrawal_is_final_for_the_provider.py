"""After a withdrawal a provider's word only asks; the person alone gives the consent again."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from app.files.outcome import Draft
from app.ids import parse, public
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.import_batch import import_batch
from tests.builders.people import an_organisation

BACK = "2024-01-01T00:00:00+08:00"


@pytest.fixture
def provider(wiring):
    return an_organisation(wiring)


@pytest.fixture
def enrol(http, token_for, provider):
    identity, token = f"person-{secrets.token_hex(8)}", token_for("provider", tenant=provider)

    def post(scene="metro_ride", **consent):
        body = {
            "identity": identity,
            "region": "CN-33",
            "consents": [{"scene": scene, "text_version": "2026-01", **consent}],
        }
        return http.post("/v1/participants", body, token=token)

    post.identity = identity
    return post


@pytest.fixture
def withdrawn(http, token_for, enrol):
    """A person who agreed to metro rides and took it back; the token of their own login."""
    person = parse("par", enrol().json["id"])
    token = token_for("participant", tenant=person)
    [given] = http.get("/v1/me/consents", token=token).json["data"]
    assert http.delete(f"/v1/me/consents/{given['id']}", token=token).status_code == 204
    return token


def live(http, token):
    listed = http.get("/v1/me/consents", token=token).json["data"]
    return [each["scene"] for each in listed if each["withdrawn_at"] is None]


@pytest.mark.parametrize(
    ("scene", "consent"),
    [
        ("metro_ride", {}),
        ("metro_ride", {"granted_at": BACK}),
        ("metro_ride", {"text_version": "1"}),
        ("travel", {}),
        ("travel", {"granted_at": BACK}),
    ],
    ids=str,
)
def test_enrolling_again_only_asks_whatever_it_says(http, enrol, withdrawn, scene, consent):
    again = enrol(scene, **consent)
    assert again.status_code == 200
    [asked] = again.json["requests"]
    assert (asked["kind"], asked["scene"], asked["state"]) == ("consent", scene, "open")
    assert live(http, withdrawn) == []
    assert enrol(scene, **consent).json["requests"] == [asked], "asked once, not twice"


def test_a_behaviour_of_a_withdrawn_category_only_asks(http, enrol, token_for):
    token = token_for("participant", tenant=parse("par", enrol("travel").json["id"]))
    [given] = http.get("/v1/me/consents", token=token).json["data"]
    http.delete(f"/v1/me/consents/{given['id']}", token=token)
    assert enrol("metro_ride").json["requests"] != []
    assert enrol("food").json["requests"] == [], "another scene was never withdrawn"
    assert live(http, token) == ["food"]


def test_a_file_follows_the_same_verb(http, wiring, provider, enrol, withdrawn):
    moment = datetime.now(UTC) - timedelta(minutes=30)
    draft = Draft(
        line="2",
        person=enrol.identity,
        behaviour="metro_ride",
        external_id=secrets.token_hex(8),
        occurred_at=moment,
        ended_at=None,
        region="CN-44",
        quantities={"trips": "1"},
        evidence={"ride_id": secrets.token_hex(8)},
    )
    done = wiring.database.transact(
        import_batch,
        [draft],
        provider_id=provider,
        agreement=AgreedText("2026-01", datetime(2024, 1, 1, tzinfo=UTC)),
        identity_key=wiring.settings.identity_key,
        rulebook=wiring.rulebook,
        policy=wiring.policies,
        clock=wiring.clock,
    )
    # The ride was before the withdrawal; one of today would be refused.
    assert live(http, withdrawn) == []
    assert len(done.answers) == 1
    [asked] = http.get("/v1/me/requests", token=withdrawn).json["data"]
    assert (asked["kind"], asked["state"]) == ("consent", "open")


def test_the_person_confirms_from_now_on_and_never_from_before(http, enrol, withdrawn):
    [asked] = enrol(granted_at=BACK).json["requests"]
    path = f"/v1/me/requests/{asked['id']}"
    before = datetime.now(UTC)
    answer = http.post(f"{path}/confirm", token=withdrawn)
    assert (answer.status_code, answer.json["state"]) == (200, "confirmed"), answer.text
    assert live(http, withdrawn) == ["metro_ride"]
    newest = http.get("/v1/me/consents", token=withdrawn).json["data"][0]
    assert datetime.fromisoformat(newest["granted_at"]) >= before
    assert newest["channel"] == "login"
    twice = http.post(f"{path}/confirm", token=withdrawn)
    assert (twice.status_code, twice.json["code"]) == (409, "REQUEST_ANSWERED")
    assert enrol(granted_at=BACK).json["requests"] == [], "it holds, and is not dated back"
    again = http.get("/v1/me/consents", token=withdrawn).json["data"][0]
    assert again["granted_at"] == newest["granted_at"]


def test_what_is_declined_stays_declined(http, enrol, withdrawn):
    [asked] = enrol().json["requests"]
    answer = http.post(f"/v1/me/requests/{asked['id']}/decline", token=withdrawn)
    assert answer.json["state"] == "declined"
    assert live(http, withdrawn) == []


def test_nobody_answers_for_another(http, token_for, enrol, withdrawn):
    [asked] = enrol().json["requests"]
    path = f"/v1/me/requests/{asked['id']}/confirm"
    assert http.post(path, token=token_for("participant")).status_code == 404


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z"]
)
def test_a_moment_before_there_were_consents_is_refused_and_harms_nothing(
    http, token_for, enrol, moment
):
    refused = enrol(granted_at=moment)
    assert refused.status_code == 422, refused.text
    person = parse("par", enrol().json["id"])
    token = token_for("participant", tenant=person)
    assert http.get("/v1/me/export", token=token).status_code == 200
    assert http.get("/v1/me", token=token).json["id"] == public("par", person)
