"""Every problem is told in the language that its reader asks for; English is the default."""

from __future__ import annotations

import re

import pytest

from app.api.platform import health
from app.auth import PUBLIC
from app.tokens import ROLES
from behaviours.said import Said
from tests.builders.people import Tokens

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASKED = {"en": None, "zh-CN": "zh-CN,zh;q=0.9,en;q=0.5"}


def assert_told_in(answer, language):
    """A problem, every sentence of which is in ``language``."""
    assert answer.content_type == "application/problem+json", answer.text
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    told = [answer.json["title"], answer.json["detail"]]
    told += [error["detail"] for error in answer.json["errors"]]
    for sentence in told:
        assert bool(CHINESE.search(sentence)) == (language == "zh-CN"), answer.text


def headers(language):
    return {"Accept-Language": ASKED[language]} if ASKED[language] else {}


@pytest.fixture(scope="module")
def operations(app, wiring):
    """(method, path, a token that opens it) of every route of the API."""
    make = Tokens(app, wiring)
    tokens = {role: make(role) for role in ROLES}
    found = []
    for rule in app.url_map.iter_rules():
        role = app.view_functions[rule.endpoint].roles[0]
        path = re.sub(r"<\w+>", "x", rule.rule)
        found += [
            (method, path, tokens.get(role))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            if path.startswith("/v1/")
            and not (role == PUBLIC and method == "GET")
            and (method, path) != ("DELETE", "/v1/me")
        ]
    return found


@pytest.mark.parametrize("language", ASKED)
def test_every_route_refuses_a_stranger_in_the_language_asked_for(http, operations, language):
    for method, path, token in operations:
        if token is not None:
            answer = http.send(method, path, headers=headers(language))
            assert answer.status_code == 401, path
            assert_told_in(answer, language)


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize("body", [{"surprise": 1}, [], "text", None])
def test_every_route_refuses_a_body_in_the_language_asked_for(http, operations, language, body):
    for method, path, token in operations:
        answer = http.send(method, path, body, token=token, key="a", headers=headers(language))
        if answer.status_code >= 400:
            assert answer.status_code < 500, f"{method} {path}: {answer.text}"
            assert_told_in(answer, language)


JSON = {"content_type": "application/json"}


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize(
    ("status", "path", "options"),
    [
        (404, "/nothing-here", {}),
        (404, "/v1/nothing-here", {}),
        (405, "/livez", {"method": "DELETE"}),
        (400, "/v1/auth/token", {"method": "POST", "data": b"{", **JSON}),
        (413, "/v1/auth/token", {"method": "POST", "data": b"1" * 3_000_000, **JSON}),
        (422, "/v1/offers?limit=0", {}),
        (400, "/v1/offers?cursor=broken", {}),
    ],
)
def test_what_no_view_answers_is_told_so_too(http, language, status, path, options):
    asked = {"method": "GET", **options}
    answer = http.send(path=path, headers=headers(language), **asked)
    assert answer.status_code == status, answer.text
    assert_told_in(answer, language)


@pytest.mark.parametrize("language", ASKED)
def test_what_broke_is_told_so_too(app, http, monkeypatch, language):
    def broken():
        raise RuntimeError

    # The fault is meant: it is logged, and nothing of it is told.
    monkeypatch.setitem(app.view_functions, "health.livez", broken)
    answer = http.get("/livez", headers=headers(language))
    assert answer.status_code == 500
    assert_told_in(answer, language)


@pytest.mark.parametrize("language", ASKED)
def test_who_asks_too_often_is_told_so_too(wiring, http, monkeypatch, language):
    monkeypatch.setattr(type(wiring.allowances), "take", lambda *_: Spent(), raising=True)
    answer = http.get("/v1/offers", headers=headers(language))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert_told_in(answer, language)


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize("silent", [["redis"], ["database"], ["database", "redis"]])
def test_what_is_not_ready_is_told_so_too(http, monkeypatch, language, silent):
    for name in silent:
        problem = Said(f"not_ready:{name}_silent")
        monkeypatch.setattr(health, f"_{name}_problem", lambda problem=problem: problem)
    answer = http.get("/readyz", headers=headers(language))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.json["details"]["missing"] == silent
    assert_told_in(answer, language)


class Spent:
    """An allowance of which nothing is left."""

    limit, remaining, reset_s, granted = 60, 0, 7, False


def test_the_page_of_a_code_is_in_the_language_asked_for(http):
    for code in ("TOKEN_EXPIRED", "VALIDATION_FAILED", "METHOD_NOT_ALLOWED"):
        for language in ASKED:
            page = http.get(f"/docs/errors/{code}", headers=headers(language))
            assert page.headers["Content-Language"] == language
            assert f'<html lang="{language}">' in page.text
            said = page.text.partition("<main")[2].partition("</main>")[0]
            assert bool(CHINESE.search(said)) == (language == "zh-CN")
