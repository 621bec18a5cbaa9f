"""Nobody admits an organisation to anything while it is suspended, and never once it is closed.

Who suspends it by one signature would otherwise come back to more than it had, by another one.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from app.ids import parse, public
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.held import while_held
from tests.builders.identity_services import Service
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.standing import closed, lifted, suspended, suspending

Admitting = Callable[[str], tuple[str, str, dict[str, Any]]]


@pytest.fixture(name="tokens")
def _tokens(app: Flask, wiring: Wiring) -> Tokens:
    return Tokens(app, wiring)


def login_service(provider: str) -> tuple[str, str, dict[str, Any]]:
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return (
        "operator",
        "/v1/identity-providers",
        {
            "issuer": f"https://login-{secrets.token_hex(6)}.example",
            "provider_id": provider,
            "public_key": base64.b64encode(key).decode(),
        },
    )


def identity_service(provider: str) -> tuple[str, str, dict[str, Any]]:
    return (
        "operator",
        "/v1/identity-services",
        {
            "issuer": f"https://id-{secrets.token_hex(6)}.example",
            "method": "ticket",
            "provider_id": provider,
            "audience": "us",
            "keys_url": "https://id.example.cn/jwks.json",
        },
    )


def issuer(provider: str) -> tuple[str, str, dict[str, Any]]:
    return "operator", "/v1/issuers/rides/providers", {"provider_id": provider}


def scene(provider: str) -> tuple[str, str, dict[str, Any]]:
    said = {"description": "Rides at the gates.", "data_security": "Numbers only."}
    return "operator", "/v1/scenes", {"scene": "metro_ride", "provider_id": provider, **said}


def pool(verifier: str) -> tuple[str, str, dict[str, Any]]:
    said = {"organisation_id": verifier, "reason": "Accredited until 2030."}
    return "authority", "/v1/verifiers", said


@pytest.mark.parametrize("admitting", [login_service, identity_service, issuer, scene, pool])
def test_whoever_is_stopped_is_admitted_to_nothing(
    http: Http, tokens: Tokens, wiring: Wiring, admitting: Admitting
) -> None:
    an_issuer(wiring, "rides", kinds=("ride",), providers=[])
    who = an_organisation(wiring, "verifier" if admitting is pool else "provider")
    role, path, body = admitting(public("org", who))
    token = tokens(role)
    suspended(wiring, who)
    assert refusal(http.post(path, body, token=token)) == (409, "ORGANISATION_SUSPENDED")
    lifted(wiring, who)
    admitted = http.post(path, body, token=token)
    assert admitted.status_code in {201, 202}, admitted.text
    closed(wiring, who)
    role, path, body = admitting(public("org", who))
    assert refusal(http.post(path, body, token=token)) == (409, "ORGANISATION_CLOSED")


def test_a_service_that_was_proposed_before_is_not_admitted_meanwhile(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    service = Service(http, tokens, wiring, admitted=False)
    provider = parse("org", service.body["provider_id"])
    document = service.document(secrets.token_hex(9))
    authority = tokens("authority")
    suspended(wiring, provider)
    refused = service.take("admit", token=authority)
    assert refusal(refused) == (409, "ORGANISATION_SUSPENDED")
    assert refusal(service.shown(document)) == (400, "IDENTITY_NOT_PROVEN")
    lifted(wiring, provider)
    assert service.take("admit", token=authority).status_code == 201


def test_a_service_that_was_proposed_before_is_still_ended_meanwhile(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    service = Service(http, tokens, wiring, admitted=False)
    closed(wiring, parse("org", service.body["provider_id"]))
    authority = tokens("authority")
    assert refusal(service.take("admit", token=authority)) == (409, "ORGANISATION_CLOSED")
    assert service.take("end", token=authority).status_code == 200


def test_a_login_service_that_was_proposed_before_is_not_admitted_meanwhile(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    provider = an_organisation(wiring, "provider")
    _, path, body = login_service(public("org", provider))
    proposed = http.post(path, body, token=tokens("operator"))
    assert proposed.status_code == 202, proposed.text
    admit = f"{path}/{proposed.json['id']}/admit"
    suspended(wiring, provider)
    authority = tokens("authority")
    assert refusal(http.post(admit, token=authority)) == (409, "ORGANISATION_SUSPENDED")
    lifted(wiring, provider)
    assert http.post(admit, token=authority).status_code in {200, 201}


def test_a_scene_that_was_assessed_before_is_not_published_meanwhile(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    provider = an_organisation(wiring, "provider")
    _, path, body = scene(public("org", provider))
    operator, authority = tokens("operator"), tokens("authority")
    applied = http.post(path, body, token=tokens("operator"))
    assert applied.status_code == 201, applied.text
    of_scene = f"{path}/{applied.json['id']}"
    assessed = http.post(
        f"{of_scene}/assess", {"findings": "Tried at two gates."}, token=tokens("operator")
    )
    assert assessed.status_code in {200, 201}, assessed.text
    first = http.post(f"{of_scene}/publish", {}, token=authority)
    assert first.status_code == 202, first.text
    suspended(wiring, provider)
    second = http.post(f"{of_scene}/publish", {}, token=operator)
    assert refusal(second) == (409, "ORGANISATION_SUSPENDED")
    lifted(wiring, provider)
    assert http.post(f"{of_scene}/publish", {}, token=operator).status_code in {200, 201}


def test_a_second_signature_and_a_suspension_wait_for_each_other(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    service = Service(http, tokens, wiring, admitted=False)
    provider = parse("org", service.body["provider_id"])
    authority = tokens("authority")
    refused = while_held(
        wiring.database,
        suspending(wiring, provider),
        lambda: service.take("admit", token=authority),
    )
    assert refusal(refused) == (409, "ORGANISATION_SUSPENDED")
