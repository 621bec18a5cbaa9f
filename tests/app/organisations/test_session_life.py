"""How long somebody stays logged in: staff as the programme says, people for a month."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from app.factory import create_app
from app.usecases.organisations.create_user import NewUser, create_user
from behaviours.programme import Programmes
from behaviours.staff_terms import SessionTerms
from tests.builders.answers import refusal
from tests.builders.people import Http, a_participant
from tests.builders.staff import TOKEN, Office, Staff

OVER = (400, "INVALID_GRANT")


def renew(http: Http, refresh_token: str):
    return http.post(TOKEN, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def renewed(http: Http, session: dict) -> dict:
    answer = renew(http, session["refresh_token"])
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.fixture
def operator(office: Office) -> Staff:
    return office.hire("operator")[1]


def test_who_works_stays_logged_in_until_the_hours_are_over(operator, watch):
    session = operator.log_in()
    assert session["expires_in"] == 900, "half of the idle minutes: who works renews in time"
    for _ in range(24):
        watch.wait(minutes=29, seconds=58)
        session = renewed(operator.http, session)
    # Twelve hours less 48 seconds after the begin, a token lives no longer than the session.
    assert session["expires_in"] == 48
    watch.wait(seconds=48)
    assert refusal(renew(operator.http, session["refresh_token"])) == OVER


def test_who_does_nothing_is_logged_out(operator, watch):
    session = operator.log_in()
    own = operator.http.get("/v1/users/me/sessions", token=session["access_token"]).json["data"]
    assert len(own) == 1
    watch.wait(minutes=30)
    assert refusal(renew(operator.http, session["refresh_token"])) == OVER
    again = operator.log_in()
    left = operator.http.get("/v1/users/me/sessions", token=again["access_token"]).json["data"]
    assert [each["current"] for each in left] == [True], "what is over is not listed"


def test_a_programme_that_becomes_stricter_is_so_for_who_is_logged_in(operator, live, watch):
    session = operator.log_in()
    strict = replace(live.programme, sessions=SessionTerms(idle=timedelta(minutes=10)))
    stricter = create_app(replace(live, programmes=Programmes([strict])))
    watch.wait(minutes=9)
    session = renewed(Http(stricter), session)
    assert session["expires_in"] == 300
    watch.wait(minutes=10)
    assert refusal(renew(Http(stricter), session["refresh_token"])) == OVER
    assert refusal(renew(operator.http, session["refresh_token"])) == OVER


def test_a_person_stays_logged_in_for_a_month(live, live_app, watch):
    person, name = a_participant(live), f"person-{secrets.token_hex(6)}"
    new = NewUser(name, "a long enough one", "participant", participant_id=person)
    live.database.transact(create_user, [new], now=live.clock.now())
    http = Http(live_app)
    grant = {"grant_type": "password", "username": name, "password": new.password}
    session = http.post(TOKEN, grant).json
    assert session["expires_in"] == 3600
    watch.wait(days=29)
    session = renewed(http, session)
    watch.wait(days=30)
    assert refusal(renew(http, session["refresh_token"])) == OVER
