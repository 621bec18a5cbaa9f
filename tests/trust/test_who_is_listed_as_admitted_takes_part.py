"""Whoever reads who is admitted reads in the same answer who of them is suspended or closed.

What a suspended organisation was admitted for stands, and nothing is taken from it meanwhile: a
list that told the one without the other would send people to a door that is shut.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.ids import parse, public
from app.wiring import Wiring
from tests.app.recording.conftest import Scene
from tests.builders.identity_services import Service
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.scenes import admit_everywhere
from tests.builders.standing import closed, lifted, suspended

Stop = Callable[[Wiring, Any], Any]
STOPS = [(suspended, "suspended"), (closed, "closed")]


@pytest.fixture(name="tokens")
def _tokens(app: Flask, wiring: Wiring) -> Tokens:
    return Tokens(app, wiring)


def listed_service(http: Http, service: Service) -> dict[str, Any]:
    page = http.get("/v1/identity-services?limit=100").json["data"]
    return next(each for each in page if each["id"] == service.id)


@pytest.mark.parametrize(("stop", "status"), STOPS)
def test_an_identity_service_says_that_its_provider_was_stopped(
    http: Http, tokens: Tokens, wiring: Wiring, stop: Stop, status: str
) -> None:
    service = Service(http, tokens, wiring)
    before = listed_service(http, service)
    assert before["opens_accounts"]
    assert before["provider"]["status"] == "active"
    provider = parse("org", service.body["provider_id"])
    stop(wiring, provider)
    after = listed_service(http, service)
    assert after["state"] == "trusted", "it stands, and would open accounts after a lifting"
    assert not after["opens_accounts"]
    assert after["provider"]["status"] == status
    assert after["provider"]["status_since"] > before["admitted_at"]
    if stop is suspended:
        lifted(wiring, provider)
        again = listed_service(http, service)
        assert again["opens_accounts"]
        assert again["provider"]["status"] == "active"


def test_a_service_that_waits_opens_nothing_by_an_active_provider(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    service = Service(http, tokens, wiring, admitted=False)
    listed = listed_service(http, service)
    assert (listed["state"], listed["provider"]["status"]) == ("proposed", "active")
    assert not listed["opens_accounts"]


@pytest.mark.parametrize(("stop", "status"), STOPS)
def test_an_issuer_says_who_of_those_that_report_its_numbers_was_stopped(
    http: Http, tokens: Tokens, make_scene: Callable[[], Scene], stop: Stop, status: str
) -> None:
    scene = make_scene()
    issuer, provider = f"metro_{secrets.token_hex(5)}", public("org", scene.provider)
    body = {"code": issuer, "name_zh": "地铁", "name_en": "Metro", "kinds": ["ride"]}
    admitting = f"/v1/issuers/{issuer}/providers"
    for path, said in (("/v1/issuers", body), (admitting, {"provider_id": provider})):
        for role, done in (("operator", 202), ("authority", 201)):
            assert http.post(path, said, token=tokens(role)).status_code == done

    def listed() -> dict[str, Any]:
        after: str | None = ""
        while after is not None:
            page = http.get(f"/v1/issuers?limit=100{after}").json
            for each in page["data"]:
                if each["code"] == issuer:
                    found: dict[str, Any] = each
                    return found
            after = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        raise AssertionError(issuer)

    assert (listed()["provider_ids"], listed()["stopped_providers"]) == ([provider], [])
    stop(scene.wiring, scene.provider)
    assert listed()["provider_ids"] == []
    [stopped] = listed()["stopped_providers"]
    assert (stopped["provider_id"], stopped["status"]) == (provider, status)
    assert stopped["status_since"]


@pytest.mark.parametrize(("stop", "status"), STOPS)
def test_a_scene_says_that_who_reports_it_was_stopped(
    http: Http, tokens: Tokens, make_scene: Callable[[], Scene], stop: Stop, status: str
) -> None:
    scene = make_scene()
    admit_everywhere(scene.wiring, scene.provider)
    path = f"/v1/scenes/providers?provider_id={public('org', scene.provider)}"
    authority = tokens("authority")
    stop(scene.wiring, scene.provider)
    found = http.get(path, token=authority).json["data"]
    assert found
    assert {each["provider"]["status"] for each in found} == {status}
    one = http.get(f"/v1/scenes/{found[0]['id']}", token=authority).json
    assert one["provider"] == found[0]["provider"]
    assert one["provider"]["status_since"]
    programme = http.get("/v1/scenes").json["data"]
    assert programme
    assert {each["provider"] for each in programme} == {None}


@pytest.mark.parametrize(("stop", "status"), STOPS)
def test_a_verifier_of_the_pool_says_that_it_was_stopped(
    http: Http, tokens: Tokens, wiring: Wiring, stop: Stop, status: str
) -> None:
    verifier = an_organisation(wiring, "verifier")
    body = {"organisation_id": public("org", verifier), "reason": "Accredited until 2030."}
    for role, answered in (("authority", 202), ("operator", 201)):
        assert http.post("/v1/verifiers", body, token=tokens(role)).status_code == answered

    def listed() -> tuple[bool, str]:
        found = http.get("/v1/registry/verifiers?limit=100").json["data"]
        (one,) = (each for each in found if each["id"] == public("org", verifier))
        return one["in_pool"], one["status"]

    assert listed() == (True, "active")
    stop(wiring, verifier)
    assert listed() == (False, status)
