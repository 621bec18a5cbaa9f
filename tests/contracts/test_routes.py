"""Every route states its roles and keeps to them, and has manners with broken bodies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.auth import PUBLIC
from app.factory import BLUEPRINTS, create_app
from app.tokens import ROLES
from tests.builders.people import Http, Tokens

PROBLEM = {"type", "title", "status", "detail", "code", "request_id", "errors"}
BODIES = ("POST", "PATCH", "PUT")


@pytest.fixture(scope="module")
def tokens(app, wiring):
    """One token for each role: only the routes are tried here, not what lies behind."""
    make = Tokens(app, wiring)
    return {role: make(role) for role in ROLES}


def routes(app) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(method, path, roles) of every route; ids in paths are well formed and unknown."""
    for rule in app.url_map.iter_rules():
        roles = getattr(app.view_functions[rule.endpoint], "roles", None)
        assert roles, f"{rule.rule} does not state its roles: use allow or allow_public"
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", "x")
        assert "<" not in path, f"{rule.rule}: plain arguments only, parsed by app.ids"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path, roles


def assert_problem(answer, status=None):
    assert answer.content_type == "application/problem+json", answer.text
    assert set(answer.json) >= PROBLEM, answer.text
    assert answer.json["status"] == answer.status_code
    assert answer.json["type"] == f"/docs/errors/{answer.json['code']}"
    assert answer.json["request_id"] == answer.headers["Request-Id"]
    if status is not None:
        assert answer.status_code == status, answer.text


def test_every_route_states_roles_that_exist(app):
    for _, path, roles in routes(app):
        assert set(roles) <= {*ROLES, PUBLIC}, path
        assert PUBLIC not in roles or roles == (PUBLIC,), path


def test_without_a_token_only_public_routes_open(app, http):
    for method, path, roles in routes(app):
        if roles != (PUBLIC,) and path.startswith("/v1/"):
            answer = http.send(method, path)
            assert_problem(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer"), path


def test_another_role_is_turned_away(app, http, tokens):
    for method, path, roles in routes(app):
        if roles == (PUBLIC,) or not path.startswith("/v1/"):
            continue
        for role in sorted(set(ROLES) - set(roles)):
            answer = http.send(method, path, token=tokens[role])
            assert answer.status_code == 403, f"{role} at {method} {path}: {answer.text}"
            assert_problem(answer)


@pytest.mark.parametrize("broken", [b"{", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 5000, b"NaN"])
def test_every_route_with_a_body_refuses_a_broken_one(app, http, tokens, broken):
    for method, path, roles in routes(app):
        if method not in BODIES or not path.startswith("/v1/"):
            continue
        answer = http.send(
            method,
            path,
            token=tokens.get(roles[0]),
            key="contract",
            data=broken,
            content_type="application/json",
        )
        if answer.status_code < 400:
            # A route without a documented body does not look at one.
            assert not has_body(app, method, path), f"{method} {path} took {broken!r}"
            continue
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
        assert_problem(answer)


def has_body(app, method: str, path: str) -> bool:
    adapter = app.url_map.bind("localhost")
    endpoint, _ = adapter.match(path, method=method)
    return bool(getattr(app.view_functions[endpoint], "_apidoc", {}).get("arguments"))


def test_unknown_paths_and_methods_are_problems_too(http):
    assert_problem(http.get("/v1/nothing-here"), 404)
    answer = http.delete("/livez")
    assert_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_the_same_routes_open_twice(wiring):
    """Making a second application in one process changes nothing in the first."""
    second = create_app(wiring)
    assert Http(second).get("/livez").json == {"status": "ok"}
    assert len({blueprint.name for blueprint in BLUEPRINTS}) == len(BLUEPRINTS)
