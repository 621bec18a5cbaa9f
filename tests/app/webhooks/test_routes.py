"""Endpoints over HTTP: whose they are, what is shown, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from behaviours.webhooks import MOST_ENDPOINTS
from tests.builders.people import Http

URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def token(token_for: Callable[..., str]) -> str:
    """Of a client of a fresh merchant."""
    return token_for("merchant")


def registered(http: Http, token: str, **more: Any) -> dict[str, Any]:
    answer = http.post("/v1/webhooks", {"url": URL, **more}, token=token)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def test_the_secret_is_shown_once(http: Http, token: str) -> None:
    made = registered(http, token, types=["redemption.captured"], description="Till")
    assert made.pop("secret").startswith("whsec_")
    assert (made["state"], made["types"], made["description"]) == (
        "enabled",
        ["redemption.captured"],
        "Till",
    )
    path = f"/v1/webhooks/{made['id']}"
    assert http.get(path, token=token).get_json() == made
    assert http.get("/v1/webhooks", token=token).get_json()["data"] == [made]
    rotated = http.post(f"{path}/rotate", {}, token=token).get_json()
    assert rotated.pop("secret").startswith("whsec_")
    assert rotated["former_secret_until"] is not None


def test_another_organisation_sees_and_does_nothing_with_it(
    http: Http, token: str, token_for: Callable[..., str]
) -> None:
    path = f"/v1/webhooks/{registered(http, token)['id']}"
    for other in (token_for("merchant"), token_for("operator")):
        assert http.get(path, token=other).status_code == 404
        assert http.get(f"{path}/deliveries", token=other).status_code == 404
        for step in ("rotate", "disable", "enable", "test", "replay"):
            body = {
                "test": {"type": "trade.paid"},
                "replay": {"after": f"evt_{32 * '0'}", "until": f"evt_{32 * '0'}"},
                "disable": None,
            }.get(step, {})
            answer = http.post(f"{path}/{step}", body, token=other)
            assert answer.status_code == 404, step
        assert http.send("DELETE", path, token=other).status_code == 404


def test_the_programme_has_endpoints_of_its_own(http: Http, token_for: Callable[..., str]) -> None:
    made = registered(http, token_for("operator"), description="programme")
    assert made["organisation_id"] is None
    path = f"/v1/webhooks/{made['id']}"
    authority = token_for("authority")
    assert http.get(path, token=authority).status_code == 200
    assert http.send("DELETE", path, token=authority).get_json()["state"] == "deleted"
    assert http.get(path, token=authority).status_code == 404


def test_an_organisation_has_so_many_at_most(http: Http, token: str) -> None:
    for _ in range(MOST_ENDPOINTS):
        registered(http, token)
    answer = http.post("/v1/webhooks", {"url": URL}, token=token)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "TOO_MANY_WEBHOOKS")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "ftp://x.cn/"}, "/url"),
        ({"url": URL, "types": ["redemption"]}, "/types/0"),
        ({"url": URL, "secret": "mine"}, "/secret"),
        ({"url": URL, "description": "x" * 201}, "/description"),
    ],
)
def test_a_body_is_read_strictly(
    http: Http, token: str, body: dict[str, Any], pointer: str
) -> None:
    answer = http.post("/v1/webhooks", body, token=token)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.get_json()["errors"]] == [pointer]


def test_steps_and_their_states(http: Http, token: str) -> None:
    path = f"/v1/webhooks/{registered(http, token)['id']}"
    disabled = http.post(f"{path}/disable", token=token).get_json()
    assert (disabled["state"], disabled["reason"]) == ("disabled", "asked")
    again = http.post(f"{path}/disable", token=token)
    assert (again.status_code, again.get_json()["code"]) == (409, "WEBHOOK_MOVED")
    enabled = http.post(f"{path}/enable", {"skip_missed": True}, token=token).get_json()
    assert (enabled["state"], enabled["reason"]) == ("enabled", None)
    changed = http.send("PUT", path, {"url": f"{URL}/2"}, token=token).get_json()
    assert (changed["url"], changed["types"]) == (f"{URL}/2", [])
    sent = http.post(f"{path}/test", {"type": "trade.paid"}, token=token)
    assert sent.status_code == 200
    assert sent.get_json()["event_id"].startswith("evt_")
    deliveries = http.get(f"{path}/deliveries?outcome=delivered", token=token).get_json()
    assert deliveries == {"data": [], "has_more": False, "next_cursor": None}
