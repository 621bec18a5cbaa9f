"""A metro ride: reported by an app, 46 g saved, 46 points, and never a second time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.builders.server import Caller, Town

IDENTITY = "440301199001011234"
RIDE = {
    "behaviour": "metro_ride",
    "external_id": "trip-000042",
    "region": "CN-44",
    "quantities": {"trips": "1"},
    "evidence": {"ride_id": "SZ-88-000042"},
}


def _at(ago: timedelta) -> str:
    return (datetime.now(UTC) - ago).isoformat(timespec="seconds")


def _consent(scene: str) -> dict[str, str]:
    """Given the day before: a ride just after midnight was not done on the day of its consent."""
    return {"scene": scene, "text_version": "2026-01", "granted_at": _at(timedelta(days=1))}


def _enrol(provider: Caller, expected: int = 201, scene: str = "metro_ride") -> str:
    person = {"identity": IDENTITY, "region": "CN-44", "consents": [_consent(scene)]}
    return provider.post("/v1/participants", person, expected)["id"]


def test_a_metro_ride(town: Town) -> None:
    provider = town.organisation("provider")
    participant = _enrol(provider)
    person = town.user("participant", participant)
    ride = RIDE | {"participant_id": participant, "occurred_at": _at(timedelta(hours=1))}

    # The app asks what it would save, and nothing happens yet.
    promised = provider.post("/v1/actions?dry_run=true", ride, expected=200)
    assert promised["reduction"]["reduction_kg"] == "0.046000"
    assert person.get("/v1/me")["reduction_kg"] == "0.000000"

    # Then it reports the ride, and the answer says everything at once.
    action = provider.post("/v1/actions", ride)
    assert action["participant_id"] == participant
    assert action["state"] == "quantified"
    assert action["reduction"]["reduction_kg"] == "0.046000"
    assert action["reduction"]["methodology"] == "bj.low_carbon_travel@2024-2"
    assert action["reduction"]["provenance"] == "press"
    assert action["reduction"]["vintage"] in (datetime.now(UTC).year, datetime.now(UTC).year + 1)
    assert action["points"]["awarded"] == 46
    assert action["points"]["limited_by"] is None

    # The person sees it; the points become available on the next day.
    me = person.get("/v1/me")
    assert me["reduction_kg"] == "0.046000"
    assert (me["points"]["available"], me["points"]["pending"]) == (0, 46)
    [listed] = person.get("/v1/me/actions")["data"]
    assert listed["id"] == action["id"]
    town.anybody().post("/v1/test/clock/advance", {"days": 1}, expected=200)
    points = person.get("/v1/me/points")
    assert (points["available"], points["pending"]) == (46, 0)

    # Anybody who is a party to it can follow the sum and get the same milligrams.
    calculation = person.get(f"/v1/actions/{action['id']}/calculation")
    assert calculation["saved_mg"] == calculation["recomputed_mg"] == "46000"
    assert calculation["agrees"] is True

    # A repeat, and the same ride from somebody else, are refused and change nothing.
    repeat = provider.post("/v1/actions", ride, expected=409)
    assert repeat["code"] == "DUPLICATE_ACTION"
    assert repeat["details"]["action_id"] == action["id"]
    other_provider = town.organisation("provider")
    assert _enrol(other_provider, expected=200) == participant
    same_ride = ride | {"external_id": "another-apps-number"}
    refused = other_provider.post("/v1/actions", same_ride, expected=409)
    # Its numbers are its own, but nobody is in two rides at once.
    assert refused["code"] == "OVERLAPPING_RIDE"
    assert action["id"] not in str(refused)
    assert person.get("/v1/me")["reduction_kg"] == "0.046000"
    assert len(person.get("/v1/me/actions")["data"]) == 1

    # To a stranger it does not exist.
    town.organisation("provider").get(f"/v1/actions/{action['id']}", expected=404)


def test_a_ride_without_consent_or_with_a_float_leaves_no_row(town: Town) -> None:
    provider = town.organisation("provider")
    person_id = _enrol(provider, scene="food")
    ride = RIDE | {"participant_id": person_id, "occurred_at": _at(timedelta(hours=1))}
    assert provider.post("/v1/actions", ride, expected=403)["code"] == "CONSENT_MISSING"
    wrong = ride | {"quantities": {"trips": 1.0}}
    refused = provider.post("/v1/actions", wrong, expected=422)
    assert refused["errors"][0]["pointer"] == "/quantities/trips"
    future = ride | {"occurred_at": _at(-timedelta(hours=1))}
    assert provider.post("/v1/actions", future, expected=422)["errors"][0]["pointer"] == (
        "/occurred_at"
    )
    assert town.user("participant", person_id).get("/v1/me/actions")["data"] == []
