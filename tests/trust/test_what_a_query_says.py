"""A query is taken as strictly as a body: a misspelt dry run is not carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.http.openapi import described
from app.http.queries import WRITING, rehearses
from app.wiring import Wiring
from tests.app.recording.conftest import Scene
from tests.builders.answers import RETIREMENT, key
from tests.builders.empty_market import app, market, shut
from tests.builders.people import Http
from tests.builders.selling import an_owner

__all__ = ["app", "market", "shut"]


@pytest.fixture
def scene(make_scene: Callable[[], Scene]) -> Scene:
    return make_scene()


# Every route that writes and has no dry run, and why.
WITHOUT_DRY_RUN = {
    "/v1/auth/token": "what was wrong is counted: a guess that is taken back would not be",
    "/v1/auth/revoke": "other processes hear of it beside the transaction",
    "/v1/me/enrolment": "a wrong document is counted, and the answer is a login",
    "/v1/me/enrolment/nonce": "a nonce is kept nowhere: there is nothing to take back",
    "/v1/me/moves": "a wrong identity is counted, and the answer is signed for another place",
    "/v1/me/arrivals": "a wrong identity is counted; the command has --dry-run",
    "/v1/me/wards": "a wrong document is counted",
    "/v1/one-time-links/x": "its secrets are made and shown once; a guess is counted",
    "/v1/users/me/password": "a guess of the old password is counted",
    "/v1/users/me/recovery-codes": "fresh codes are shown once, and a code was used for them",
    "/v1/test/clock/advance": "it moves the time of every process",
    "/v1/openid-logins": "its secrets are made and shown once",
    "/v1/users/me/openid-logins": "its secrets are made and shown once",
    "/v1/organisations/x/clients": "a secret is shown once, and a code was used for it",
    "/v1/organisations/x/sandbox": "secrets are shown once; it is done in books of its own",
    "/v1/organisations/x/clients/x/rotate": "a secret is shown once, and a code was used for it",
    "/v1/complaints/without-account": "its secret is made and shown once",
    "/v1/complaints/x/by-secret/messages": "a guess of the secret is counted",
    "/v1/complaints/x/by-secret/close": "a guess of the secret is counted",
    "/v1/complaints/x/by-secret/escalate": "a guess of the secret is counted",
    "/v1/complaints/x/by-secret/files": "a guess of the secret is counted",
    "/login": "a page: what was wrong is counted, and the answer sets a cookie",
    "/login/code": "a page: what was wrong is counted, and the answer sets a cookie",
    "/links/x": "a page: its secrets are made and shown once; a guess is counted",
    "/complaints": "a page: its secret is made and shown once",
    "/complaints/follow": "a page: a guess of the secret is counted",
    "/complaints/follow/messages": "a page: a guess of the secret is counted",
    "/complaints/follow/files": "a page: a guess of the secret is counted",
    "/complaints/follow/close": "a page: a guess of the secret is counted",
    "/complaints/follow/escalate": "a page: a guess of the secret is counted",
    "/complaints/follow/forget": "a page: the answer takes a cookie away",
    "/methodologies/x/x/calculator": "a page: it computes and writes nothing",
    "/account/applications/x/statement": "a page: a form carries no query",
    "/account/applications/x/documents": "a page: a form carries no query",
    "/account/applications/x/withdraw": "a page: a form carries no query",
    "/account/sessions/x/end": "a page: a form carries no query",
    "/account/openid/x/link": "a page: its secrets are made and shown once",
    "/account/openid/x/unlink": "a page: a form carries no query",
    "/console/holds/x": "a page: a form carries no query",
    "/console/holds/x/take": "a page: a form carries no query",
    "/wallet/in/x": "a page: a link is good once, and the answer sets a cookie",
    "/wallet/login": "a page: what was wrong is counted, and the answer sets a cookie",
    "/wallet/sessions/x/end": "a page: a form carries no query",
    "/wallet/consents": "a page: a form carries no query",
    "/wallet/consents/x/withdraw": "a page: a form carries no query",
    "/wallet/mall/x": "a page: a form carries no query",
    "/wallet/redemptions/x/cancel": "a page: a form carries no query",
    "/wallet/export": "a page: it reads, and writes nothing",
    "/wallet/leave": "a page: a form carries no query",
    "/wallet/code": "a page: a code is made and shown once",
    "/v1/users/me/openid-logins/x/end": "a code is used for it, and a wrong one counted",
    "/v1/imports": "a file is read by a job; the command has --dry-run",
}


def routes(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """(method, path, view) of every route, with something in each place of its path."""
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", "x").replace(f"<path:{name}>", "x")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path, app.view_functions[rule.endpoint]


def refused(http: Http, method: str, path: str, query: str) -> tuple[int, list[tuple[str, str]]]:
    answer = http.send(method, f"{path}?{query}")
    errors = answer.get_json()["errors"] if answer.is_json else []
    return answer.status_code, [(each["pointer"], each["code"]) for each in errors]


@pytest.mark.parametrize("query", ["dryrun=true", "Limit=5", "cursor[]=x", "lang%20=en", "x", "x="])
def test_every_route_refuses_a_name_that_it_does_not_take(
    app: Flask, http: Http, query: str
) -> None:
    name = query.partition("=")[0].replace("%20", " ")
    for method, path, _ in routes(app):
        assert refused(http, method, path, query) == (422, [(f"?{name}", "UNKNOWN_QUERY")]), path


def test_every_route_that_writes_refuses_a_doubled_or_an_empty_dry_run(
    app: Flask, http: Http
) -> None:
    for method, path, _ in routes(app):
        if method in WRITING:
            doubled = refused(http, method, path, "dry_run=true&dry_run=false")
            assert doubled == (422, [("?dry_run", "TWICE")]), path
            empty = refused(http, method, path, "dry_run=")
            assert empty == (422, [("?dry_run", "EMPTY_QUERY")]), path


def test_every_route_that_writes_has_a_dry_run_or_says_that_it_has_none(
    app: Flask, http: Http
) -> None:
    contract = described(app)["paths"]
    without = set()
    for method, path, view in routes(app):
        if method not in WRITING:
            continue
        if not getattr(view, "dry_run_offered", True):
            without.add(path)
            said = refused(http, method, path, "dry_run=true")
            assert said == (422, [("?dry_run", "DRY_RUN_NOT_OFFERED")]), path
    assert without == WITHOUT_DRY_RUN.keys()
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<", "{").replace(">", "}")
        for method in (rule.methods or set()) & WRITING:
            view = app.view_functions[rule.endpoint]
            named = [each["name"] for each in contract[path][method.lower()].get("parameters", ())]
            assert ("dry_run" in named) == getattr(view, "dry_run_offered", True), path
            assert named.count("dry_run") <= 1
            assert rehearses(view, method) <= ("dry_run" in named)


def counted(wiring: Wiring) -> dict[str, int]:
    """How many rows every table has."""
    with wiring.database.engine.connect() as connection:
        tables = connection.scalars(
            text("select tablename from pg_tables where schemaname = 'public'")
        ).all()
        return {
            each: connection.scalar(text(f'select count(*) from "{each}"')) or 0 for each in tables
        }


def test_a_dry_run_of_a_retirement_retires_nothing(
    market: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    enterprise, _ = an_owner(market, 4)
    token = token_for("enterprise", tenant=enterprise)
    before, used = counted(market), key()
    tried = http.post("/v1/retirements?dry_run=true", RETIREMENT, token=token, key=used)
    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert tried.json["quantity_t"] == RETIREMENT["quantity_t"]
    assert counted(market) == before
    without = http.post("/v1/retirements?dry_run=true", RETIREMENT, token=token)
    assert without.status_code == 200, "what is taken back needs no key"
    done = http.post("/v1/retirements", RETIREMENT, token=token, key=used)
    assert done.status_code == 201, "and none was used up"
    assert "Dry-Run" not in done.headers
    again = http.post("/v1/retirements?dry_run=false", RETIREMENT, token=token, key=key())
    assert again.status_code == 201, "a plain no is no dry run"


def test_a_refusal_is_the_same_in_a_dry_run(
    market: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    enterprise, _ = an_owner(market, 1)
    token = token_for("enterprise", tenant=enterprise)
    body = {**RETIREMENT, "quantity_t": "900"}
    tried = http.post("/v1/retirements?dry_run=true", body, token=token, key=key())
    real = http.post("/v1/retirements", body, token=token, key=key())
    assert tried.status_code == real.status_code >= 400
    assert tried.json["code"] == real.json["code"]


def test_what_a_person_tries_leaves_no_trace(scene: Scene, wiring: Wiring) -> None:
    action = scene.report().json["id"]
    before = counted(wiring)
    consents = scene.http.get("/v1/me/consents", token=scene.person_token).json["data"]
    tries = [
        ("DELETE", "/v1/me", None, scene.person_token),
        ("DELETE", f"/v1/me/consents/{consents[0]['id']}", None, scene.person_token),
        ("POST", "/v1/me/contributions", {"from": "2020-01-01"}, scene.person_token),
        ("POST", f"/v1/actions/{action}/reversals", {"reason": "a test"}, scene.provider_token),
        ("POST", "/v1/actions", scene.body(), scene.provider_token),
        ("POST", "/v1/actions/batch", {"actions": [scene.body()]}, scene.provider_token),
        ("POST", "/v1/me/codes", {}, scene.person_token),
    ]
    for method, path, body, token in tries:
        answer = scene.http.send(method, f"{path}?dry_run=true", body, token=token, key=key())
        assert answer.status_code < 500, path
        assert counted(wiring) == before, (path, answer.text)
    assert scene.http.get("/v1/me", token=scene.person_token).status_code == 200
    assert scene.report().status_code == 201, "the next request is no rehearsal"
