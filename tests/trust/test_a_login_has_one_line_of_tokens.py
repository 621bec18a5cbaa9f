"""A refresh token is answered twice within its grace, and both answers are the same line."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.usecases.organisations.create_user import NewUser, create_user
from tests.builders.people import Http

ASK = "/v1/auth/token"


@pytest.fixture
def first(http, wiring):
    name, password = f"operator-{secrets.token_hex(6)}", secrets.token_urlsafe(16)
    new = NewUser(name, password, "operator")
    wiring.database.transact(create_user, [new], now=wiring.clock.now())
    answer = http.post(ASK, {"grant_type": "password", "username": name, "password": password})
    return answer.json["refresh_token"]


def renew(http, token):
    return http.post(ASK, {"grant_type": "refresh_token", "refresh_token": token})


def test_a_token_that_is_used_twice_in_the_grace_has_one_successor(http, first):
    lost, again = renew(http, first), renew(http, first)
    assert (lost.status_code, again.status_code) == (200, 200)
    assert lost.json["refresh_token"] == again.json["refresh_token"] != first


def test_eight_renewals_at_once_give_one_successor_and_one_row(app, wiring, first):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: renew(Http(app), first), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    [successor] = {answer.json["refresh_token"] for answer in answers}
    with wiring.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select count(*) from refresh_token where family_id = (select family_id from"
            " refresh_token where token_digest = sha256(convert_to(%s, 'UTF8')))",
            (first,),
        ).scalar_one()
    assert rows == 2
    assert renew(Http(app), successor).status_code == 200


def test_the_copy_of_a_token_cannot_outlive_the_line_that_went_on(http, first):
    copied = renew(http, first).json["refresh_token"]
    third = renew(http, copied).json["refresh_token"]
    assert renew(http, first).status_code == 400, "two parties hold the login"
    assert renew(http, third).status_code == 400
