"""What held when the running product was attacked, tried again; each test prints its figure.

``make held`` shows the figures alone. What takes minutes (races, kills, generated requests) has
tests of its own, which the last test names.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.auth import PUBLIC
from app.ids import public
from app.tokens import ROLES
from app.wiring import Wiring
from tests.app.recording.conftest import Scene
from tests.builders.answers import RETIREMENT, key
from tests.builders.empty_market import app, market, shut
from tests.builders.hostile import (
    MOMENTS,
    NO_BODIES,
    NO_HEADERS,
    NO_MOMENTS,
    NO_NUMBERS,
    NO_PAGES,
    NO_PATHS,
    NO_QUERIES,
    ODD_HEADERS,
)
from tests.builders.installations import an_installation
from tests.builders.market import entrust, rows
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, an_offer, capturing, wanting
from tests.builders.selling import an_owner

__all__ = ["app", "market", "shut"]

Make = Callable[..., Scene]
TESTS = Path(__file__).parents[1]


@pytest.fixture
def scene(make_scene: Make) -> Scene:
    return make_scene()


@dataclass
class Tally:
    """How often something was tried, and what was answered otherwise than it has to be."""

    what: str
    tried: int = 0
    wrong: list[str] = field(default_factory=list)
    broken: int = 0

    def add(self, answer: TestResponse, how: str, *, right: bool) -> None:
        self.tried += 1
        self.broken += answer.status_code >= 500
        if not right or answer.status_code >= 500:
            self.wrong.append(f"{how[:120]}: {answer.status_code} {answer.text[:200]}")

    def close(self, least: int) -> None:
        print(f"held: {self.what}: {self.tried} tried, {len(self.wrong)} wrong, {self.broken} 5xx")
        assert not self.wrong, "\n".join(self.wrong[:10])
        assert self.tried >= least, "fewer than were tried before"


def routes(app: Flask) -> Iterator[tuple[str, str, tuple[str, ...], Any]]:
    """(method, path, roles, view) of every route of the API."""
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if rule.rule.startswith("/v1/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.rule, view.roles, view


def test_roles_by_routes(app: Flask, http: Http, token_for: Tokens) -> None:
    tally = Tally("roles by routes")
    tokens = {None: None, **{role: token_for(role) for role in ROLES}}
    for method, rule, roles, view in routes(app):
        path = re.sub("<[^>]+>", "x", rule)
        # Nobody's account is closed, and no clock moved, by looking whether the route opens.
        if method != "GET" and getattr(view, "dry_run_offered", True):
            path += "?dry_run=true"
        for role, token in tokens.items():
            answer = http.send(method, path, token=token)
            admitted = roles == (PUBLIC,) or role in roles
            told = answer.json.get("code") if answer.is_json else None
            turned_away = told == ("TOKEN_MISSING" if role is None else "ROLE_NOT_ALLOWED")
            tally.add(answer, f"{role} {method} {path}", right=admitted != turned_away)
    tally.close(2_100)


def same_as_unknown(
    http: Http, method: str, path: str, known: str, **asked: Any
) -> tuple[TestResponse, bool]:
    """The answer about what is another's, and whether it is that of what does not exist."""
    unknown = known[:-6] + ("0" * 6 if known[-6:] != "0" * 6 else "1" * 6)
    answers = [http.send(method, path.replace("*", each), **asked) for each in (known, unknown)]
    one, other = (
        json.dumps({**answer.json, "request_id": ""}).replace(each, "*") if answer.is_json else ""
        for answer, each in zip(answers, (known, unknown), strict=True)
    )
    is_same = answers[0].status_code == answers[1].status_code and one == other
    return answers[0], is_same and 400 <= answers[0].status_code < 500


def owned(scene: Scene, wiring: Wiring) -> dict[str, str]:
    """Something of each kind that is this provider's, this person's or a merchant's of theirs."""
    action = scene.report().json["id"]
    consents = scene.http.get("/v1/me/consents", token=scene.person_token).json["data"]
    offer = an_offer(wiring)
    person = a_person_with(wiring, 1_000)
    sold = capturing(wiring, wanting(offer, a_code(wiring, person)))
    given = entrust(wiring, scene.person, first=date(2026, 1, 1))
    name = f"u-{scene.person.hex}"
    asked = {"username": name, "display_name": "Somebody", "duty": "administrator"}
    invited = scene.http.post(
        f"/v1/organisations/{public('org', scene.provider)}/users",
        asked,
        token=Tokens(scene.http.app, wiring)("operator"),
    )
    assert invited.status_code == 201, invited.text
    plant = an_installation(
        wiring, scene.person, scene.provider, number=f"P-{scene.person.hex}", confirmed=False
    )
    return {
        "action_id": action,
        "participant_id": public("par", scene.person),
        "consent_id": consents[0]["id"],
        "installation_id": public("ins", plant),
        "redemption_id": public("rdm", sold.redemption_id),
        "code": a_code(wiring, person),
        "organisation_id": public("org", scene.provider),
        "contribution_id": public("ctb", given),
        "user_id": invited.json["id"],
    }


def examples(http: Http) -> dict[tuple[str, str], Any]:
    """The example body of each route that documents one."""
    found = {}
    for path, operations in http.get("/openapi.json").json["paths"].items():
        for method in ("post", "put", "patch"):
            body = operations.get(method, {}).get("requestBody", {"content": {}})
            if "example" in body["content"].get("application/json", {}):
                found[method.upper(), path] = body["content"]["application/json"]["example"]
    return found


def test_other_tenants(
    app: Flask, http: Http, token_for: Tokens, make_scene: Make, wiring: Wiring
) -> None:
    tally = Tally("things of other tenants")
    theirs, bodies = owned(make_scene(), wiring), examples(http)
    tenants = {role: token_for(role) for role in set(ROLES) - {"operator", "authority"}}
    for method, rule, roles, view in routes(app):
        # A methodology and an issuer have a code, too, and everybody sees it.
        named = re.findall("<([^>]+)>", rule if "/codes/" in rule else rule.replace("<code>", "x"))
        for name in set(named) & theirs.keys():
            path = re.sub("<[^>]+>", "x", rule.replace(f"<{name}>", "*"))
            if method != "GET" and getattr(view, "dry_run_offered", True):
                path += "?dry_run=true"
            body = bodies.get((method, rule.replace("<", "{").replace(">", "}")))
            for role in set(roles) & tenants.keys():
                asked = {"token": tenants[role], "body": body, "key": key()}
                told = same_as_unknown(http, method, path, theirs[name], **asked)
                tally.add(told[0], f"{role} {method} {path}", right=told[1])
    tally.close(80)


def test_other_tenants_at_the_market(market: Wiring, http: Http, token_for: Tokens) -> None:
    tally = Tally("things of other tenants at the market")
    owner, block_id = an_owner(market, 4)
    (trade,) = rows(market, "select trade_id from trade where buyer_id = :id", id=owner)
    token, named = token_for("enterprise"), public("blk", block_id)
    price, paid = {"amount": "12.30", "currency": "CNY"}, {"payment_reference": "ICBC-1"}
    steps = [("GET", "", None), ("POST", "/pay", paid), ("POST", "/confirm", None),
             ("POST", "/cancel", None)]  # fmt: skip
    for method, step, body in steps:
        path, known = f"/v1/trades/*{step}", public("trd", trade["trade_id"])
        told = same_as_unknown(http, method, path, known, token=token, body=body, key=key())
        tally.add(told[0], path, right=told[1] and told[0].status_code == 404)
    to = public("org", an_organisation(market, "enterprise"))
    for path, body in (
        ("/v1/listings", {"quantity_t": "1", "price": price}),
        ("/v1/transfers", {"to_enterprise_id": to}),
        ("/v1/retirements", RETIREMENT),
    ):
        unknown = f"{named[:-6]}{'0' * 6}"
        told = [
            http.post(path, {**body, "block_id": each}, token=token, key=key())
            for each in (named, unknown)
        ]
        one, other = (
            re.sub(f"{known}|req_[0-9a-f]+", "*", each.text)
            for each, known in zip(told, (named, unknown), strict=True)
        )
        same = one == other
        tally.add(told[0], path, right=same and 400 <= told[0].status_code < 500)
    tally.close(7)


def spoilt(token: str) -> Iterator[str]:
    """A good token, in ways in which it is none."""
    head, claims, mark = token.split(".")
    for at in range(0, len(token), max(1, len(token) // 40)):
        other = "A" if token[at] != "A" else "B"
        if token[at] != ".":
            yield token[:at] + other + token[at + 1 :]
    for length in (0, 1, len(head), len(head) + 1, len(token) // 2, len(token) - 1):
        yield token[:length]

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    for algorithm in ("none", "None", "NONE", "", "HS384", "HS512", "RS256", "EdDSA", None):
        yield f"{part({'alg': algorithm, 'typ': 'JWT'})}.{claims}."
        yield f"{part({'alg': algorithm, 'typ': 'JWT'})}.{claims}.{mark}"
    yield from (f"{head}.{claims}", f"{token}.{mark}", f"{head}..{mark}", f".{claims}.{mark}")
    yield from (f"{claims}.{head}.{mark}", f"{head}.{mark}.{claims}", f"{token} x", f"{token},x")
    yield from (f'"{token}"', token.swapcase(), token[::-1], f"{head}.{part({})}.{mark}")


def test_tokens_that_are_none(http: Http, token_for: Tokens) -> None:
    tally = Tally("spoilt tokens")
    good = token_for("participant")
    assert http.get("/v1/me", token=good).status_code == 200
    for each in spoilt(good):
        answer = http.get("/v1/me", token=each)
        tally.add(answer, each[-40:], right=answer.status_code == 401)
    tally.close(60)


WRITTEN = [
    ("/v1/actions", "provider"), ("/v1/participants", "provider"),
    ("/v1/merchant/redemptions/capture", "merchant"), ("/v1/retirements", "enterprise"),
    ("/v1/auth/token", None), ("/v1/me/consents", "participant"),
    ("/v1/me/enrolment", None), ("/v1/me/wards", "participant"), ("/v1/me/links", "participant"),
    ("/v1/me/wards/takeovers", "participant"), ("/v1/complaints", "participant"),
    ("/v1/declared-elsewhere", "operator"), ("/v1/identity-services", "operator"),
    ("/v1/openid-providers", "operator"), ("/v1/openid-logins", None), ("/v1/scenes", "operator"),
    ("/v1/organisations", "authority"), ("/v1/users", "operator"), ("/v1/texts", "operator"),
]  # fmt: skip


def test_hostile_bodies(http: Http, token_for: Tokens) -> None:
    tally = Tally("hostile bodies")
    tokens = {role: token_for(role) if role else None for _, role in WRITTEN}
    for path, role in WRITTEN:
        for raw in NO_BODIES:
            answer = http.send(
                "POST",
                path,
                token=tokens[role],
                key=key(),
                data=raw,
                content_type="application/json",
            )
            told = answer.content_type == "application/problem+json"
            right = told and 400 <= answer.status_code < 500
            tally.add(answer, f"{path} {raw[:40]!r}", right=right)
    tally.close(900)


def test_headers(scene: Scene) -> None:
    tally = Tally("headers")
    for name, value in NO_HEADERS:
        raw = json.dumps(scene.body())
        sent = {"Content-Type": "application/json", name: value}
        answer = scene.http.send(
            "POST", "/v1/actions", token=scene.provider_token, data=raw, headers=sent
        )
        tally.add(answer, f"{name}: {value}", right=answer.status_code == 415)
    for name, value in ODD_HEADERS:
        raw = json.dumps(scene.body())
        sent = {"Content-Type": "application/json", name: value}
        answer = scene.http.send(
            "POST", "/v1/actions", token=scene.provider_token, data=raw, headers=sent
        )
        shown = answer.text + str(answer.headers)
        right = answer.status_code == 201 and "evil" not in shown and "<script>" not in shown
        tally.add(answer, f"{name}: {value}", right=right)
    tally.close(len(NO_HEADERS) + len(ODD_HEADERS))


def test_edges_of_civil_time(scene: Scene) -> None:
    tally = Tally("edges of civil time")
    for moment in MOMENTS:
        answer = scene.report(scene.body(occurred_at=moment))
        tally.add(answer, moment, right=answer.status_code == 201)
    for moment in NO_MOMENTS:
        answer = scene.report(scene.body(occurred_at=moment))
        tally.add(answer, moment, right=answer.status_code == 422)
    assert scene.rows()["action"] == len(MOMENTS)
    tally.close(32)


def test_numbers_that_are_none(scene: Scene, token_for: Tokens) -> None:
    tally = Tally("numbers")
    enterprise, body = token_for("enterprise"), {
        "beneficiary": "Tea", "purpose": "voluntary_offset", "period": "2026",
    }  # fmt: skip
    for number in NO_NUMBERS:
        ride = scene.report(scene.body(quantities={"trips": number}))
        retired = scene.http.post(
            "/v1/retirements", {**body, "quantity_t": number}, token=enterprise, key=key()
        )
        for answer in (ride, retired):
            tally.add(answer, repr(number), right=answer.status_code == 422)
    assert scene.rows()["action"] == 0
    tally.close(2 * len(NO_NUMBERS))


def test_paths_and_queries(scene: Scene) -> None:
    tally = Tally("paths and queries")
    for path in NO_PATHS:
        for method in ("GET", "POST"):
            answer = scene.http.send(method, path, token=scene.provider_token, body=scene.body())
            tally.add(answer, path, right=answer.status_code in (404, 405))
    for query in NO_QUERIES:
        answer = scene.report(scene.body(), query=f"?{query}")
        tally.add(answer, query, right=answer.status_code == 422)
    for query in NO_PAGES:
        answer = scene.http.get(f"/v1/me/actions?{query}", token=scene.person_token)
        tally.add(answer, query, right=answer.status_code in (400, 422))
    assert scene.rows()["action"] == 0
    tally.close(2 * len(NO_PATHS) + len(NO_QUERIES) + len(NO_PAGES))


ELSEWHERE = {
    "races of tills": ("app/redemption/test_many_tills.py", "test_of_thirty_tills"),
    "races of the market": ("trust/test_a_reversal_beside_the_market.py", "test_many_at_once"),
    "any order of any verb": ("trust/test_whatever_comes_in_whatever_order.py", "test_any_story"),
    "moments of expiry": ("trust/test_moments_are_taken_under_the_lock.py", "test_a_code_that"),
    "generated requests": ("contracts/test_nasty_bodies.py", "test_nasty_members"),
    "forged assertions": ("app/organisations/test_token_exchange.py", "test_a_word_that_proves"),
    "abuses of formulas": ("behaviours/rules/test_expression.py", "test_what_is_not_the_language"),
    "lines of the log": ("app/http/test_requests.py", "test_the_log_is_json_without_secrets"),
    "registers as files": (
        "trust/test_registers_as_files_are_not_trusted.py",
        "test_nothing_in_a_table",
    ),
    "suspended organisations": (
        "trust/test_nothing_begins_with_who_is_suspended.py",
        "test_what_is_on_its_way",
    ),
    "words of who left": ("trust/test_words_go_with_the_account.py", "test_the_words_of"),
    "kills of imports": ("trust/test_files_are_never_lost_whole.py", "test_counts_are_true_after"),
    "kills of sealing": ("app/pooling/test_kills.py", "test_d13_a_killed_sealing"),
    "engines that die": ("app/engines/test_engines.py", "test_a_killed_postmaster"),
    "strangers' data": ("journeys/test_recorded_data.py", "test_taps_of_shenzhen"),
}  # fmt: skip


@pytest.mark.parametrize("what", ELSEWHERE)
def test_the_rest_has_tests_of_its_own(what: str) -> None:
    file, test = ELSEWHERE[what]
    print(f"held: {what}: tests/{file}")
    assert f"def {test}" in (TESTS / file).read_text("utf-8")
