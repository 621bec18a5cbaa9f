"""Tokens: how they are asked for, renewed, refused and taken back."""

import base64
import secrets

import pytest

from app.usecases.access.create_client import NewClient, create_client
from app.usecases.access.create_user import NewUser, create_user


@pytest.fixture
def client(wiring):
    new = NewClient(kind="provider", name="A metro")
    [made] = wiring.database.transact(
        lambda books: create_client(books, [new], now=wiring.clock.now())
    )
    return made


@pytest.fixture
def user(wiring):
    new = NewUser(f"operator-{secrets.token_hex(6)}", "a long password", "operator")
    wiring.database.transact(lambda books: create_user(books, [new], now=wiring.clock.now()))
    return new


def test_a_client_gets_a_token_with_json_a_form_and_basic(http, client):
    asked = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }
    pair = f"{client.client_id}:{client.client_secret}".encode()
    basic = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
    answers = [
        http.post("/v1/auth/token", asked),
        http.post("/v1/auth/token", data=asked),
        http.post("/v1/auth/token", data={"grant_type": "client_credentials"}, headers=basic),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.json["token_type"] == "Bearer"
        assert answer.json["expires_in"] == 7200
        assert "refresh_token" not in answer.json
        used = http.post("/v1/participants", {}, token=answer.json["access_token"])
        assert used.status_code == 422
