"""A person ends a single one of their sessions: dead within a second, and the others go on."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.factory import create_app
from app.ids import new_id, parse, public
from app.store.database import Connection
from app.tokens import USER_LIFETIME
from app.usecases.organisations.renew_login import renew_login
from app.wiring import Wiring, wire
from tests.app.organisations.test_token_exchange import Login
from tests.app.organisations.test_tokens import assert_ends_within_a_second, renew
from tests.builders.answers import refusal
from tests.builders.exports import exported
from tests.builders.held import while_held
from tests.builders.people import Http, Tokens
from tests.trust.test_apps_are_registered import SESSIONS, Person

LEFT_AT_HOME = "/v1/me/points"


@pytest.fixture
def person(http: Http, wiring: Wiring, token_for: Tokens) -> Person:
    return Person(http, wiring, Login(http, wiring, token_for("operator")))


def sessions(http: Http, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get(SESSIONS, token=token).json["data"]
    return found


def end(http: Http, session_id: str, token: str) -> Any:
    return http.send("DELETE", f"{SESSIONS}/{session_id}", token=token)


def test_one_session_ends_everywhere_and_the_others_go_on(
    http: Http, wiring: Wiring, person: Person
) -> None:
    other_process = wire(wiring.settings)
    elsewhere = Http(create_app(other_process))
    lost, own = person.come_in().json, person.come_in().json["access_token"]
    word, other_word = (person.by_word().json["access_token"] for _ in range(2))
    for each in (lost["access_token"], word, other_word):
        assert elsewhere.get(LEFT_AT_HOME, token=each).status_code == 200
    by_other_word, by_word, mine, theirs = sessions(http, own)
    assert [each["current"] for each in (by_other_word, by_word, mine, theirs)] == [
        False, False, True, False,
    ]  # fmt: skip
    assert [each["current"] for each in sessions(http, word)] == [False, True, False, False]

    tried = http.send("DELETE", f"{SESSIONS}/{theirs['id']}?dry_run=true", token=own)
    assert tried.status_code == 200
    assert len(sessions(http, own)) == 4, "a dry run ends nothing"
    for ended, token in ((theirs, lost["access_token"]), (by_word, word)):
        assert end(http, ended["id"], own).status_code == 200
        assert refusal(http.get(LEFT_AT_HOME, token=token)) == (401, "TOKEN_REVOKED"), "at once"
        assert_ends_within_a_second(elsewhere, token)
        assert end(http, ended["id"], own).status_code == 200, "again changes nothing"
    assert renew(http, lost["refresh_token"]).json["error"] == "invalid_grant"
    assert [each["id"] for each in sessions(http, own)] == [by_other_word["id"], mine["id"]]
    assert elsewhere.get(LEFT_AT_HOME, token=other_word).status_code == 200

    assert end(http, mine["id"], own).status_code == 200, "the one that asks, too"
    assert refusal(http.get(SESSIONS, token=own)) == (401, "TOKEN_REVOKED")
    other_process.close()


def test_nobody_ends_a_session_of_somebody_else_and_no_word_ends_any(
    http: Http, wiring: Wiring, person: Person, token_for: Tokens
) -> None:
    own, word = person.come_in().json["access_token"], person.by_word().json["access_token"]
    stranger = Person(http, wiring, person.login).come_in().json["access_token"]
    for each in sessions(http, own):
        assert refusal(end(http, each["id"], stranger)) == (404, "NOT_FOUND")
        assert refusal(end(http, each["id"], word)) == (403, "STEP_UP_REQUIRED")
        assert refusal(end(http, each["id"], token_for("operator")))[0] == 403
    assert refusal(end(http, public("ses", new_id()), own)) == (404, "NOT_FOUND")
    assert len(sessions(http, own)) == 2


def test_what_is_renewed_while_the_session_ends_ends_with_it(
    http: Http, wiring: Wiring, person: Person
) -> None:
    """The end waits for a renewal that came before it, and ends the token that this has added."""
    lost, own = person.come_in().json, person.come_in().json["access_token"]
    theirs = sessions(http, own)[-1]["id"]
    renewed: list[Any] = []

    def renewing(connection: Connection) -> None:
        renewed.append(
            renew_login(
                connection,
                lost["refresh_token"],
                successor_key=wiring.settings.secret_key.encode(),
                terms=wiring.programme.sessions,
                access_lifetime=USER_LIFETIME,
                clock=wiring.clock,
            )
        )

    while_held(wiring.database, renewing, partial(end, http, theirs, own))
    again = renew(http, renewed[0].refresh_token)
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
    with wiring.database.engine.connect() as connection:
        left = connection.exec_driver_sql(
            "select count(*) from refresh_token where family_id = %s and revoked_at is null",
            (parse("ses", theirs),),
        ).scalar_one()
    assert left == 0, "whatever revocations are still remembered"


def test_the_export_tells_every_session(http: Http, wiring: Wiring, person: Person) -> None:
    lost, own = person.come_in().json, person.come_in().json["access_token"]
    person.by_word()
    by_word, mine, theirs = sessions(http, own)
    for each in (by_word, theirs):
        assert end(http, each["id"], own).status_code == 200
    rows = exported(http, own)["rows"]
    told = {each["session_id"]: each for each in rows["own_session"] + rows["word_session"]}
    assert {f"ses_{each}" for each in told} == {by_word["id"], mine["id"], theirs["id"]}
    assert [f"ses_{name}" for name, each in told.items() if each["ended_at"] is None] == [
        mine["id"]
    ]
    assert lost["refresh_token"] not in str(rows)
