"""A login service of a provider is let in by two people of two roles, and by neither alone.

Whoever holds its key reads the account of everybody whom the provider linked, and shows codes that
spend their points: one person at a desk, with a key of their own, would be everybody.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.factory import create_app
from app.ids import parse
from app.store.log.acting import acting, telling
from app.tokens import LONGEST_LIFETIME, Caller
from app.usecases.organisations.step_login_service import step_login_service
from app.wiring import Wiring
from behaviours.identity_services import END
from behaviours.viewer import Viewer
from rewards.signing import ROLES
from tests.app.organisations.test_token_exchange import Login
from tests.builders.answers import refusal
from tests.builders.held import while_held
from tests.builders.jobs import until
from tests.builders.people import Http, Tokens, a_participant, a_user
from tests.builders.standing import lifted, suspended

PATH = "/v1/identity-providers"


@pytest.fixture(name="tokens")
def _tokens(app: Flask, wiring: Wiring) -> Tokens:
    return Tokens(app, wiring)


def comes_in(login: Any, wiring: Wiring) -> Any:
    """The answer to a linked user's assertion."""
    subject = f"user-{secrets.token_hex(8)}"
    a_participant(wiring, provider_id=login.provider.organisation_id, subject=subject)
    return login.exchange(login.subject_token(subject))


def listed(login: Any, http: Http) -> dict[str, Any]:
    found: list[dict[str, Any]] = http.get(f"{PATH}?limit=100").json["data"]
    return next(each for each in found if each["id"] == login.id)


@pytest.mark.parametrize(("first", "second"), [ROLES, ROLES[::-1]])
def test_one_person_however_often_and_two_of_one_role_open_nothing(
    http: Http, tokens: Tokens, wiring: Wiring, first: str, second: str
) -> None:
    one = tokens(first)
    login: Any = Login(http, wiring, one, admitted=False)
    assert login.proposed.json["awaiting"] == [second]
    for token in (one, one, tokens(first)):
        again = login.take("admit", token=token)
        assert (again.status_code, again.json["awaiting"]) == (202, [second])
    assert refusal(comes_in(login, wiring)) == (400, "INVALID_GRANT")
    assert (listed(login, http)["state"], listed(login, http)["opens_accounts"]) == (
        "proposed",
        False,
    )
    other = login.take("admit", token=tokens(second))
    assert (other.status_code, other.json["state"], other.json["awaiting"]) == (201, "trusted", [])
    assert listed(login, http)["opens_accounts"]
    assert comes_in(login, wiring).status_code == 200
    twice = login.take("admit", token=tokens(second))
    assert refusal(twice) == (409, "LOGIN_SERVICE_STATE")


def test_a_person_in_two_roles_is_one_person(http: Http, tokens: Tokens, wiring: Wiring) -> None:
    user = a_user(wiring, "operator")
    as_operator, as_authority = (
        tokens.of(Caller(role, user, None, None)) for role in ("operator", "authority")
    )
    login: Any = Login(http, wiring, as_operator, admitted=False)
    assert refusal(login.take("admit", token=as_authority)) == (409, "SAME_PERSON_TWICE")
    assert listed(login, http)["state"] == "proposed"
    assert refusal(comes_in(login, wiring)) == (400, "INVALID_GRANT")


def test_nobody_else_proposes_admits_or_ends(http: Http, tokens: Tokens, wiring: Wiring) -> None:
    login: Any = Login(http, wiring, tokens("operator"), admitted=False)
    own = tokens("provider", tenant=login.provider.organisation_id)
    for token in (own, tokens("verifier"), tokens("participant")):
        assert http.post(PATH, login.body, token=token).status_code == 403
        for step in ("admit", "end"):
            assert login.take(step, token=token).status_code == 403
    assert login.take("admit", token=tokens("authority")).status_code == 201


def test_one_ends_what_two_let_in_and_the_name_is_free_again(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    login: Any = Login(http, wiring, tokens("operator"))
    assert comes_in(login, wiring).status_code == 200
    ended = login.take("end", token=tokens("operator"))
    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert refusal(comes_in(login, wiring)) == (400, "INVALID_GRANT")
    for step in ("admit", "end"):
        late = login.take(step, token=tokens("authority"))
        assert refusal(late) == (409, "LOGIN_SERVICE_STATE")
    anew = http.post(PATH, login.body, token=tokens("operator"))
    assert (anew.status_code, anew.json["awaiting"]) == (202, ["authority"])
    assert refusal(comes_in(login, wiring)) == (400, "INVALID_GRANT"), "signed for the former one"
    unknown = http.post(f"{PATH}/lgs_{secrets.token_hex(16)}/admit", token=tokens("authority"))
    assert refusal(unknown) == (404, "NOT_FOUND")


def test_the_tokens_that_its_word_opened_end_with_it(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    """Here at once, and in another process within a second; those of another service go on."""
    login, other = (Login(http, wiring, tokens("operator")) for _ in range(2))
    ended, stays = (comes_in(each, wiring).json["access_token"] for each in (login, other))
    elsewhere = Http(create_app(wiring))
    for each in (http, elsewhere):
        assert each.get("/v1/me", token=ended).status_code == 200
    tried = http.post(f"{PATH}/{login.id}/end?dry_run=true", token=tokens("operator"))
    assert (tried.status_code, http.get("/v1/me", token=ended).status_code) == (200, 200)
    assert login.take("end", token=tokens("operator")).status_code == 200
    assert refusal(http.get("/v1/me", token=ended)) == (401, "TOKEN_REVOKED")
    until(lambda: elsewhere.get("/v1/me", token=ended).status_code == 401, within_s=2)
    unmet = Http(create_app(wiring))
    assert refusal(unmet.get("/v1/me", token=ended)) == (401, "TOKEN_REVOKED")
    for each in (http, elsewhere, unmet):
        assert each.get("/v1/me", token=stays).status_code == 200


def test_a_word_that_is_taken_while_the_service_ends_opens_nothing(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    login: Any = Login(http, wiring, tokens("operator"))
    operator = Viewer("operator", None, a_user(wiring, "operator"))
    ending = partial(
        step_login_service,
        login_service_id=parse("lgs", login.id),
        step=END,
        by=operator,
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring.clock,
    )
    with (
        wiring.database.engine.connect() as connection,
        connection.begin(),
        acting(None),
        telling(connection),
    ):
        ending(connection)
        came_in = comes_in(login, wiring)
    assert came_in.status_code == 200, "the end is not yet there"
    token = came_in.json["access_token"]
    assert refusal(Http(create_app(wiring)).get("/v1/me", token=token)) == (401, "TOKEN_REVOKED")


def test_a_dry_run_lets_nothing_in(http: Http, tokens: Tokens, wiring: Wiring) -> None:
    login: Any = Login(http, wiring, tokens("operator"), admitted=False)
    tried = http.post(f"{PATH}/{login.id}/admit?dry_run=true", token=tokens("authority"))
    assert (tried.status_code, tried.json["awaiting"]) == (200, [])
    assert listed(login, http)["state"] == "proposed"
    assert refusal(comes_in(login, wiring)) == (400, "INVALID_GRANT")


def test_of_two_proposals_and_of_two_confirmations_at_once_one_counts(
    app: Flask, http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    login: Any = Login(http, wiring, tokens("operator"), admitted=False)
    login.take("end", token=tokens("operator"))
    operators = [tokens("operator") for _ in range(4)]
    authorities = [tokens("authority") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        proposing = [
            pool.submit(Http(app).post, PATH, login.body, token=each) for each in operators
        ]
        proposed = [each.result() for each in proposing]
        assert sorted(each.status_code for each in proposed) == [202, 409, 409, 409]
        (made,) = (each.json["id"] for each in proposed if each.status_code == 202)
        admitting = [
            pool.submit(Http(app).post, f"{PATH}/{made}/admit", token=each) for each in authorities
        ]
        admitted = [each.result() for each in admitting]
    assert sorted(each.status_code for each in admitted) == [201, 409, 409, 409]
    assert {refusal(each) for each in admitted if each.status_code == 409} == {
        (409, "LOGIN_SERVICE_STATE")
    }


def test_a_confirmation_that_waits_for_the_end_confirms_nothing(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    login: Any = Login(http, wiring, tokens("operator"), admitted=False)
    operator = Viewer("operator", None, a_user(wiring, "operator"))
    ending = partial(
        step_login_service,
        login_service_id=parse("lgs", login.id),
        step=END,
        by=operator,
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring.clock,
    )
    authority = tokens("authority")
    with acting(None):
        admitted = while_held(wiring.database, ending, lambda: login.take("admit", token=authority))
    assert refusal(admitted) == (409, "LOGIN_SERVICE_STATE")


def test_a_list_says_that_the_provider_is_suspended(
    http: Http, tokens: Tokens, wiring: Wiring
) -> None:
    login: Any = Login(http, wiring, tokens("operator"))
    suspended(wiring, login.provider.organisation_id)
    told = listed(login, http)
    assert (told["state"], told["opens_accounts"]) == ("trusted", False)
    assert told["provider"]["status"] == "suspended"
    lifted(wiring, login.provider.organisation_id)
    assert listed(login, http)["opens_accounts"]
    assert comes_in(login, wiring).status_code == 200
