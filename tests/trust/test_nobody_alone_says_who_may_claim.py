"""Who gives out numbers, and who reports them, two people of two roles say."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.ids import public
from app.wiring import Wiring
from tests.app.recording.conftest import Scene
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens


@pytest.fixture
def scene(make_scene: Callable[[], Scene]) -> Scene:
    return make_scene()


@pytest.fixture
def tokens(token_for: Tokens) -> Tokens:
    return token_for


def terms(**other: Any) -> dict[str, Any]:
    code = f"i-{secrets.token_hex(6)}"
    return {"code": code, "name_zh": "地铁", "name_en": "Metro", "kinds": ["ride"], **other}


def listed(http: Http, code: str) -> dict[str, Any] | None:
    cursor: str | None = ""
    while cursor is not None:
        page = http.get(f"/v1/issuers?limit=100{cursor}").json
        for each in page["data"]:
            if each["code"] == code:
                found: dict[str, Any] = each
                return found
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    return None


def exported(http: Http) -> str:
    return http.get("/v1/issuers/export").text


@pytest.mark.parametrize(
    ("first", "second"), [("operator", "authority"), ("authority", "operator")]
)
def test_an_issuer_counts_once_the_other_role_signed_the_same(
    http: Http, tokens: Tokens, first: str, second: str
) -> None:
    said = terms()
    for _ in range(2):
        asked = http.post("/v1/issuers", said, token=tokens(first))
        assert (asked.status_code, asked.json["awaiting"]) == (202, [second])
    waiting = listed(http, said["code"])
    assert waiting is not None
    assert waiting["awaiting"] == [second]
    assert said["code"] not in exported(http)
    made = http.post("/v1/issuers", said, token=tokens(second))
    assert (made.status_code, made.json["awaiting"]) == (201, [])
    assert said["code"] in exported(http)
    again = http.post("/v1/issuers", said, token=tokens(first))
    assert (again.status_code, again.json["awaiting"]) == (201, [])


def test_other_terms_are_signed_anew_by_both(http: Http, tokens: Tokens) -> None:
    said = terms()
    other = {**said, "per": "day"}
    operator, authority = tokens("operator"), tokens("authority")
    http.post("/v1/issuers", said, token=operator)
    asked = http.post("/v1/issuers", other, token=authority)
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["operator"])
    waiting = listed(http, said["code"])
    assert waiting is not None
    assert (waiting["per"], waiting["awaiting"]) == ("day", ["operator"])
    assert http.post("/v1/issuers", other, token=operator).status_code == 201
    assert refusal(http.post("/v1/issuers", said, token=authority)) == (409, "ISSUER_EXISTS")


def test_an_issuer_that_waits_is_named_by_nobody(scene: Scene, http: Http, tokens: Tokens) -> None:
    said, operator = terms(), tokens("operator")
    http.post("/v1/issuers", said, token=operator)
    path = f"/v1/issuers/{said['code']}"
    provider = {"provider_id": public("org", scene.provider)}
    assert http.post(f"{path}/providers", provider, token=operator).status_code == 404
    assert http.send("PUT", f"{path}/numbers", {"numbers": []}, token=operator).status_code == 404
    ride = scene.body(evidence={"ride_id": "r-1", "issuer": said["code"]})
    assert refusal(scene.report(ride)) == (422, "ISSUER_NOT_ADMITTED")


def test_a_provider_reports_once_the_other_role_signed(
    scene: Scene, http: Http, tokens: Tokens
) -> None:
    code = an_issuer(scene.wiring, kinds=("ride",))
    provider = public("org", scene.provider)
    path, body = f"/v1/issuers/{code}/providers", {"provider_id": provider}

    def reported() -> tuple[int, str]:
        answer = scene.report(
            scene.body(evidence={"ride_id": secrets.token_hex(6), "issuer": code})
        )
        return answer.status_code, answer.json.get("code", "")

    asked = http.post(path, body, token=tokens("authority"))
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["operator"])
    found = listed(http, code)
    assert found is not None
    assert found["proposed_providers"] == [{"provider_id": provider, "awaiting": ["operator"]}]
    assert found["provider_ids"] == []
    assert reported() == (422, "ISSUER_NOT_ADMITTED")
    assert http.post(path, body, token=tokens("operator")).status_code == 201
    assert reported()[0] == 201
    found = listed(http, code)
    assert found is not None
    assert (found["provider_ids"], found["proposed_providers"]) == ([provider], [])
    again = http.post(path, body, token=tokens("operator"))
    assert (again.status_code, again.json["awaiting"]) == (201, [])


def test_a_dry_run_signs_nothing(scene: Scene, http: Http, tokens: Tokens) -> None:
    said = terms()
    tried = http.post("/v1/issuers?dry_run=true", said, token=tokens("operator"))
    assert tried.json["awaiting"] == ["authority"]
    assert listed(http, said["code"]) is None
    asked = http.post("/v1/issuers", said, token=tokens("authority"))
    assert asked.json["awaiting"] == ["operator"]


def test_two_who_sign_at_the_same_moment_do_it_once(
    scene: Scene, wiring: Wiring, tokens: Tokens
) -> None:
    said = terms()
    path = f"/v1/issuers/{said['code']}/providers"
    roles = {role: tokens(role) for role in ("operator", "authority")}
    https = {role: Http(create_app(wiring)) for role in roles}
    for target, body in (
        ("/v1/issuers", said),
        (path, {"provider_id": public("org", scene.provider)}),
    ):
        found = at_once(
            [partial(https[each].post, target, body, token=roles[each]) for each in roles]
        )
        assert sorted(each.status_code for each in found) == [201, 202]
    admitted = wiring.database.transact(
        lambda connection: connection.scalar(
            text("select count(*) from issuer_admission where issuer_code = :code"),
            {"code": said["code"]},
        )
    )
    assert admitted == 1
