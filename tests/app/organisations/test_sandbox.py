"""A provider's sandbox beside the live books: nothing passes from one to the other."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from app.auth import EXTENSION
from app.commands.main import tanpuhui
from app.commands.sandboxed import prepare_sandbox
from app.factory import create_app
from app.http.sandbox import SANDBOX
from app.jobs.relay import relay_once
from app.jobs.run import run
from app.sandbox_settings import sandbox_of
from app.settings import BadSettings, Settings
from app.store.audit.snapshot import snapshot
from app.store.people.texts import add_text
from app.store.tables.all import TABLES
from app.usecases.audit.audit import audit
from app.wiring import Wiring, wire
from tests.app.recording.imports.conftest import DAY, RIDES
from tests.builders.answers import refusal
from tests.builders.jobs import until
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.staff import TOKEN
from tests.builders.standing import closing, lifted, suspended
from tests.builders.texts import a_text

MARK = "Tanpuhui-Sandbox"


class Books(NamedTuple):
    """One application, with the live books and the sandbox's behind it."""

    app: Flask
    http: Http
    live: Wiring
    tried: Wiring
    tokens: Tokens

    def open(self, provider: Any, **body: Any) -> Any:
        path = f"/v1/organisations/org_{provider.hex}/sandbox"
        return self.http.post(path, body, token=self.tokens("operator"))

    def let_in(self, provider: Any, **body: Any) -> tuple[dict[str, Any], str]:
        """A sandbox of the provider, and a token of its first client."""
        answer = self.open(provider, **body)
        assert answer.status_code == 201, answer.text
        [client, *_] = answer.json["clients"]
        return answer.json, self.token(client)

    def token(self, client: dict[str, Any]) -> str:
        grant = {"grant_type": "client_credentials"}
        answer = self.http.post(TOKEN, {**grant, **_credentials(client)})
        assert answer.status_code == 200, answer.text
        assert answer.headers[MARK] == "true"
        return str(answer.json["access_token"])


def _credentials(client: dict[str, Any]) -> dict[str, Any]:
    return {"client_id": client["client_id"], "client_secret": client["client_secret"]}


@pytest.fixture(scope="module")
def books(settings: Settings, two_databases: tuple[str, str]) -> Iterator[Books]:
    own = replace(
        settings,
        database_url=two_databases[0],
        sandbox_database_url=two_databases[1],
        sandbox_redis_url=settings.redis_url,
        rate_limit_per_minute=1_000_000,
    )
    sandbox = sandbox_of(own)
    assert sandbox is not None
    prepare_sandbox(own, sandbox)
    live = wire(own)
    app = create_app(live)
    tried: Wiring = app.extensions[SANDBOX].extensions[EXTENSION]
    yield Books(app, Http(app), live, tried, Tokens(app, live))
    live.close()
    tried.close()


def digests(wiring: Wiring) -> dict[str, tuple[int, str]]:
    """Of each table, how many rows it has and what they are."""
    found = {}
    with wiring.database.engine.connect() as connection:
        for table in sorted(TABLES):
            rows = sorted(connection.execute(text(f"select t::text from {table} t")).scalars())
            found[table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def whole(wiring: Wiring) -> None:
    """The audit of one set of books."""
    with snapshot(wiring.database) as connection:
        findings = audit(connection, rulebook=wiring.rulebook, policies=wiring.policies)
    assert len(findings) > 10
    assert [each.line() for each in findings if not each.ok] == []


def _ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def ride(person: str, number: str) -> dict[str, Any]:
    return {
        "participant_id": person, "behaviour": "metro_ride", "external_id": number,
        "occurred_at": _ago(hours=1), "region": "CN-11",
        "quantities": {"trips": "1"}, "evidence": {"ride_id": number},
    }  # fmt: skip


def enrolled(http: Http, token: str, identity: str, version: str = "2026-01") -> str:
    agreed = {"scene": "metro_ride", "text_version": version, "granted_at": _ago(days=2)}
    body = {"identity": identity, "region": "CN-11", "consents": [agreed]}
    answer = http.post("/v1/participants", body, token=token)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def reported(http: Http, token: str, identity: str, number: str) -> tuple[str, dict[str, Any]]:
    """Somebody who is enrolled, and an action of theirs."""
    person = enrolled(http, token, identity)
    answer = http.post("/v1/actions", ride(person, number), token=token)
    assert answer.status_code == 201, answer.text
    return person, answer.json


def test_what_is_done_in_the_sandbox_leaves_every_live_table_as_it_was(books: Books) -> None:
    provider = an_organisation(books.live)
    opened, token = books.let_in(provider, clients=["Rides", "Imports"])
    assert len(opened["clients"]) == 2
    assert "sandbox" in opened["programme"]
    before = digests(books.live)
    person, action = reported(books.http, token, "somebody 0", "r-1")
    assert int(action["points"]["awarded"]) > 0, "priced and credited as it would be live"
    batch = books.http.post(
        "/v1/actions/batch", {"actions": [ride(person, "r-2"), ride(person, "r-1")]}, token=token
    )
    assert batch.status_code == 207
    body = {"reason_code": "reported_twice", "reason": "A trial."}
    undone = books.http.post(
        f"/v1/actions/{action['id']}/reversals", body, token=token, key="sandbox-1"
    )
    assert undone.status_code in (200, 201), undone.text
    for path in ("/v1/provider", "/v1/provider/actions", "/v1/provider/participants"):
        answer = books.http.get(path, token=token)
        assert (answer.status_code, answer.headers[MARK]) == (200, "true"), path
    refused = books.http.post("/v1/actions", {}, token=token)
    assert (refused.status_code, refused.headers[MARK]) == (422, "true"), "refusals are marked too"
    relay_once(books.tried)
    assert digests(books.live) == before
    assert (
        action["id"]
        not in books.http.get(
            "/v1/provider/actions", token=books.tokens("provider", tenant=provider)
        ).text
    )
    whole(books.live)
    whole(books.tried)


def test_a_token_of_one_never_opens_the_other(books: Books) -> None:
    provider = an_organisation(books.live)
    _, token = books.let_in(provider)
    live_token = books.tokens("provider", tenant=provider)
    plain = books.http.get("/v1/provider", token=live_token)
    assert plain.status_code == 200
    assert MARK not in plain.headers
    sandbox = books.app.extensions[SANDBOX]
    assert refusal(Http(sandbox).get("/v1/provider", token=live_token)) == (401, "TOKEN_INVALID")
    alone = create_app(replace(books.live, settings=replace(
        books.live.settings, sandbox_database_url=None, sandbox_redis_url=None
    )))  # fmt: skip
    assert refusal(Http(alone).get("/v1/provider", token=token)) == (401, "TOKEN_INVALID")
    # The first part alone leads a request to the sandbox, and opens nothing there.
    head, _, _ = token.partition(".")
    forged = f"{head}.{live_token.partition('.')[2]}"
    assert refusal(books.http.get("/v1/provider", token=forged)) == (401, "TOKEN_INVALID")
    # A live client is nobody in the sandbox, nor the other way round, whatever the name says.
    stolen = {"grant_type": "client_credentials", "client_id": "sandbox_x", "client_secret": "sk_x"}
    assert refusal(books.http.post(TOKEN, stolen)) == (401, "INVALID_CLIENT")


def test_the_same_numbers_in_both_are_in_nobodys_way(books: Books) -> None:
    provider = an_organisation(books.live)
    _, token = books.let_in(provider)
    live_token = books.tokens("provider", tenant=provider)
    identity = "one of both"
    tried, in_sandbox = reported(books.http, token, identity, "the-same")
    person, in_earnest = reported(books.http, live_token, identity, "the-same")
    assert person != tried
    assert in_sandbox["reduction"]["reduction_kg"] == in_earnest["reduction"]["reduction_kg"]
    for path in (f"/v1/actions/{in_earnest['id']}", f"/v1/actions/{in_earnest['id']}/calculation"):
        assert books.http.get(path, token=token).status_code == 404
    assert books.http.get(f"/v1/actions/{in_sandbox['id']}", token=live_token).status_code == 404
    unknown = books.http.post("/v1/actions", ride(person, "r-9"), token=token)
    assert unknown.status_code in (404, 422), "somebody of the live books is nobody there"
    whole(books.live)
    whole(books.tried)


def test_whoever_begins_anew_finds_nothing_claimed_and_the_former_tokens_dead(
    books: Books,
) -> None:
    provider = an_organisation(books.live)
    first, token = books.let_in(provider)
    reported(books.http, token, "somebody 1", "r-1")
    assert refusal(books.open(provider)) == (409, "SANDBOX_OPEN_ALREADY")
    second, fresh = books.let_in(provider, anew=True)
    assert second["organisation_id"] != first["organisation_id"]
    assert refusal(books.http.get("/v1/provider", token=token)) == (401, "TOKEN_REVOKED")
    gone = {"grant_type": "client_credentials", **_credentials(first["clients"][0])}
    assert refusal(books.http.post(TOKEN, gone)) == (401, "INVALID_CLIENT")
    assert books.http.get("/v1/provider/actions", token=fresh).json["data"] == []
    person = enrolled(books.http, fresh, "somebody else")
    again = books.http.post("/v1/actions", ride(person, "r-1"), token=fresh)
    assert again.status_code == 201, again.text
    seen = books.http.get(
        f"/v1/organisations/org_{provider.hex}/sandbox", token=books.tokens("operator")
    ).json
    assert seen["organisation_id"] == second["organisation_id"]
    assert "client_secret" not in seen["clients"][0]
    whole(books.tried)


def test_two_providers_do_not_see_one_another_and_others_have_none(books: Books) -> None:
    ours, theirs = an_organisation(books.live), an_organisation(books.live)
    _, token = books.let_in(ours)
    _, other = books.let_in(theirs)
    _, action = reported(books.http, token, "somebody 2", "r-1")
    assert books.http.get(f"/v1/actions/{action['id']}", token=other).status_code == 404
    # The same number of theirs is another number.
    reported(books.http, other, "somebody of theirs", "r-1")
    shop = an_organisation(books.live, "merchant")
    assert refusal(books.open(shop)) == (409, "SANDBOX_FOR_PROVIDERS")
    applied = {"kind": "provider", "name": "Not admitted yet"}
    organisation_id = books.http.post(
        "/v1/organisations", applied, token=books.tokens("operator")
    ).json["id"]
    path = f"/v1/organisations/{organisation_id}/sandbox"
    assert books.http.get(path, token=books.tokens("operator")).status_code == 404
    assert books.http.post(path, {}, token=books.tokens("operator")).status_code == 201
    # Programs do not open sandboxes, and nobody opens another's.
    for who in (ours, theirs):
        answer = books.http.post(path, {}, token=books.tokens("provider", tenant=who))
        assert answer.status_code in (403, 404)


def test_what_the_live_books_publish_is_taken_over(books: Books) -> None:
    words = a_text("of-today")
    books.live.database.transact(add_text, words, now=words.in_force_at)
    provider = an_organisation(books.live)
    _, token = books.let_in(provider)
    assert enrolled(books.http, token, "whoever agrees to it", "of-today")
    # A scene that the programme closes is closed there too, for whoever begins from then on.
    with books.live.database.engine.begin() as connection:
        closed = text(
            "update scene_admission set state = 'suspended', spans = jsonb_build_array("
            "jsonb_build_array(spans #>> '{0,0}', to_jsonb(now()) #>> '{}'))"
            " where provider_id is null and scene = 'travel'"
        )
        assert connection.execute(closed).rowcount == 1
    _, fresh = books.let_in(provider, anew=True)
    body = {"identity": "another", "region": "CN-11", "consents": [
        {"scene": "metro_ride", "text_version": "2026-01"}]}  # fmt: skip
    refused = books.http.post("/v1/participants", body, token=fresh)
    assert refusal(refused) == (403, "SCENE_NOT_ADMITTED")
    with books.live.database.engine.begin() as connection:
        connection.execute(
            text("update scene_admission set state = 'published', spans = jsonb_build_array("
                 "jsonb_build_array('1970-01-01T00:00:00+00:00', null))"
                 " where provider_id is null and scene = 'travel'")
        )  # fmt: skip
    _, token = books.let_in(provider, anew=True)
    assert enrolled(books.http, token, "another")


def test_a_file_is_read_by_the_workers_of_the_sandbox_alone(books: Books) -> None:
    _, token = books.let_in(an_organisation(books.live))
    before = digests(books.live)
    accepted = books.http.send(
        "POST",
        "/v1/imports",
        token=token,
        data={
            "file": (io.BytesIO(f"card,at,gate\nc1,{DAY} 06:30,7\n".encode()), "rides.csv"),
            "mapping": json.dumps(RIDES),
            "consent_text": "v1",
            "consent_since": "2026-01-01T00:00:00+08:00",
        },
        content_type="multipart/form-data",
    )
    assert accepted.status_code == 202, accepted.text
    task_id = UUID(accepted.json["id"].removeprefix("imp_"))
    assert not run(books.live, task_id), "there is no such task"
    assert run(books.tried, task_id)
    done = books.http.get(f"/v1/imports/{accepted.json['id']}", token=token).json
    assert (done["state"], done["counts"]["recorded"]) == ("done", 1), done
    assert digests(books.live) == before


def test_a_token_of_the_sandbox_is_revoked_where_it_is_good(books: Books) -> None:
    _, token = books.let_in(an_organisation(books.live))
    answer = books.http.post("/v1/auth/revoke", {"token": token})
    assert (answer.status_code, answer.headers[MARK]) == (200, "true")
    assert refusal(books.http.get("/v1/provider", token=token)) == (401, "TOKEN_REVOKED")


def test_by_basic_authentication_too(books: Books) -> None:
    opened, _ = books.let_in(an_organisation(books.live))
    client = _credentials(opened["clients"][0])
    pair = base64.b64encode(":".join(client.values()).encode()).decode()
    answer = books.app.test_client().post(
        TOKEN,
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {pair}"},
    )
    assert (answer.status_code, answer.headers[MARK]) == (200, "true")


def test_its_programme_and_its_secrets_are_others(books: Books) -> None:
    live, tried = books.live.settings, books.tried.settings
    _, token = books.let_in(an_organisation(books.live))
    shown = books.http.get("/v1/programme", token=token)
    assert "SANDBOX" in shown.text
    assert MARK not in books.http.get("/v1/programme").headers
    for name in ("secret_key", "identity_key", "signing_key", "master_key"):
        assert getattr(live, name) != getattr(tried, name), name
    assert not tried.is_test_mode
    assert books.http.get("/v1/test/clock", token=token).status_code == 404
    assert sandbox_of(tried) is None


def test_without_one_the_routes_say_so(http: Http, wiring: Wiring, token_for: Any) -> None:
    provider = an_organisation(wiring)
    path = f"/v1/organisations/org_{provider.hex}/sandbox"
    operator = token_for("operator")
    assert refusal(http.post(path, {}, token=operator)) == (409, "SANDBOX_NOT_KEPT")
    assert refusal(http.get(path, token=operator)) == (409, "SANDBOX_NOT_KEPT")
    grant = {"grant_type": "client_credentials", "client_id": "sandbox_1", "client_secret": "sk_1"}
    assert refusal(http.post(TOKEN, grant)) == (409, "SANDBOX_NOT_KEPT")


def test_a_live_request_asks_the_database_as_often_with_a_sandbox_as_without(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = books.tokens("provider", tenant=an_organisation(books.live))
    assert books.http.get("/v1/provider", token=token).status_code == 200
    asked: list[Wiring] = []
    for wiring in (books.live, books.tried):
        database = wiring.database

        def counted(*given: Any, wiring=wiring, transact=database.transact, **named: Any) -> Any:
            asked.append(wiring)
            return transact(*given, **named)

        monkeypatch.setattr(database, "transact", counted)
    sandbox = books.app.extensions[SANDBOX]
    monkeypatch.setattr(sandbox, "wsgi_app", None)
    assert books.http.get("/v1/provider", token=token).status_code == 200
    assert asked
    assert books.tried not in asked


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"TANPUHUI_SANDBOX_REDIS_URL": ""}, "go together"),
        ({"TANPUHUI_SANDBOX_DATABASE_URL": "postgres://other@db:5432/live"}, "mixed"),
        ({"TANPUHUI_SANDBOX_REDIS_URL": "redis://cache:6379"}, "mixed"),
        ({"TANPUHUI_SANDBOX_DATABASE_URL": "mysql://db/tried"}, "must start with"),
    ],
)
def test_a_sandbox_that_would_be_the_live_books_is_refused(
    tmp_path: Any, changed: dict[str, str], problem: str
) -> None:
    environ = {
        "TANPUHUI_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://me@db/live",
        "REDIS_URL": "redis://cache:6379/0",
        "TANPUHUI_SANDBOX_DATABASE_URL": "postgresql://me@db/tried",
        "TANPUHUI_SANDBOX_REDIS_URL": "redis://cache:6379/1",
    }
    assert sandbox_of(Settings.from_environment(environ)) is not None
    with pytest.raises(BadSettings, match=problem):
        Settings.from_environment(environ | changed)


def test_the_commands_keep_both_in_shape_and_audit_them_apart(
    settings: Settings,
    two_databases: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", two_databases[0])
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("TANPUHUI_DATA_DIR", str(settings.data_dir))
    call = CliRunner().invoke
    alone = call(tanpuhui, ["audit", "--sandbox"])
    assert alone.exit_code != 0
    assert "no sandbox" in alone.output
    monkeypatch.setenv("TANPUHUI_SANDBOX_DATABASE_URL", two_databases[1])
    monkeypatch.setenv("TANPUHUI_SANDBOX_REDIS_URL", "redis://127.0.0.1:6379/15")
    migrated = call(tanpuhui, ["migrate"])
    assert migrated.exit_code == 0, migrated.output
    assert "The sandbox is at the same step" in migrated.output
    for words in (["audit"], ["audit", "--sandbox"]):
        found = call(tanpuhui, words)
        assert found.exit_code == 0, found.output
        assert "invariants hold" in found.output


def test_who_is_suspended_or_closed_elsewhere_is_stopped_here_and_nobody_else(
    books: Books,
) -> None:
    provider, other = an_organisation(books.live), an_organisation(books.live)
    opened, token = books.let_in(provider)
    _, of_other = books.let_in(other)
    grant = {"grant_type": "client_credentials", **_credentials(opened["clients"][0])}
    # By somebody at another process: this one hears of it with the news.
    suspended(books.live, provider)
    until(lambda: books.http.get("/v1/provider", token=token).status_code == 401)
    assert refusal(books.http.get("/v1/provider", token=token)) == (401, "TOKEN_REVOKED")
    assert refusal(books.http.post(TOKEN, grant)) == (401, "INVALID_CLIENT")
    assert refusal(books.open(provider, anew=True)) == (409, "ORGANISATION_SUSPENDED")
    assert books.http.get("/v1/provider", token=of_other).status_code == 200
    lifted(books.live, provider)
    assert refusal(books.http.get("/v1/provider", token=token)) == (401, "TOKEN_REVOKED")
    fresh = books.token(opened["clients"][0])
    assert books.http.get("/v1/provider", token=fresh).status_code == 200
    for role in ("operator", "authority"):
        books.live.database.transact(closing(books.live, provider, role))
    until(lambda: books.http.get("/v1/provider", token=fresh).status_code == 401)
    assert refusal(books.http.post(TOKEN, grant)) == (401, "INVALID_CLIENT")
    assert refusal(books.open(provider, anew=True)) == (409, "ORGANISATION_CLOSED")
