"""Token exchange: a provider's login service says who a person is."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ids import public
from app.tokens import real_now
from app.usecases.organisations.create_client import NewClient, create_client
from tests.builders.people import Tokens, a_participant
from tests.builders.scenes import admit_everywhere

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt"


def a_provider(wiring):
    [made] = wiring.database.transact(
        create_client, [NewClient(kind="provider", name="City app")], now=wiring.clock.now()
    )
    admit_everywhere(wiring, made.organisation_id)
    return made


class Login:
    """A login service: its issuer, its key, and the provider that runs it."""

    def __init__(self, http, wiring, operator, *, admitted=True):
        self.http = http
        self.key = Ed25519PrivateKey.generate()
        self.issuer = f"https://login-{secrets.token_hex(6)}.example"
        self.provider = a_provider(wiring)
        self.body = {
            "issuer": self.issuer,
            "provider_id": public("org", self.provider.organisation_id),
            "public_key": base64.b64encode(self.key.public_key().public_bytes_raw()).decode(),
        }
        self.proposed = http.post("/v1/identity-providers", self.body, token=operator)
        assert self.proposed.status_code == 202, self.proposed.text
        if admitted:
            assert (
                self.take("admit", token=Tokens(http.app, wiring)("authority")).status_code == 201
            )

    @property
    def id(self):
        return self.proposed.json["id"]

    def take(self, step, *, token):
        return self.http.post(f"/v1/identity-providers/{self.id}/{step}", token=token)

    def subject_token(self, identity, *, key=None, algorithm="EdDSA", drop=(), **changes):
        claims = {
            "iss": self.issuer,
            "sub": identity,
            "aud": "tanpuhui",
            "exp": real_now() + timedelta(minutes=5),
            "jti": secrets.token_hex(8),
            **changes,
        }
        kept = {name: each for name, each in claims.items() if name not in drop}
        return jwt.encode(kept, key or self.key, algorithm=algorithm)

    def exchange(self, subject_token, *, provider=None, **changes):
        who = provider or self.provider
        body = {
            "grant_type": EXCHANGE,
            "client_id": who.client_id,
            "client_secret": who.client_secret,
            "subject_token": subject_token,
            "subject_token_type": JWT_TYPE,
            **changes,
        }
        return self.http.post("/v1/auth/token", body)


@pytest.fixture
def login(http, wiring, token_for):
    return Login(http, wiring, token_for("operator"))


@pytest.fixture
def identity(wiring, login):
    name = f"exchanged-{secrets.token_hex(8)}"
    a_participant(wiring, provider_id=login.provider.organisation_id, subject=name)
    return name


def test_a_person_comes_in_by_the_word_of_their_provider(http, login, wiring, token_for):
    name = f"exchanged-{secrets.token_hex(8)}"
    person = a_participant(wiring, provider_id=login.provider.organisation_id, subject=name)
    answer = login.exchange(login.subject_token(name))
    assert answer.status_code == 200, answer.text
    assert answer.json["issued_token_type"].endswith(":access_token")
    assert answer.json["scope"] == "read codes"
    me = http.get("/v1/me", token=answer.json["access_token"])
    assert me.json["id"] == public("par", person)
    http.delete("/v1/me", token=token_for("participant", tenant=person))
    assert http.get("/v1/me", token=answer.json["access_token"]).status_code == 401
    assert login.exchange(login.subject_token(name)).status_code == 400, (
        "who has left is linked to nobody"
    )


@pytest.mark.parametrize("fault", [
    {"key": Ed25519PrivateKey.generate()}, {"aud": "somebody"}, {"drop": ["exp"]},
    {"drop": ["sub"]}, {"drop": ["iss"]}, {"drop": ["aud"]}, {"sub": 5}, {"sub": ""},
    {"drop": ["jti"]}, {"jti": 5}, {"jti": ""}, {"jti": "x" * 257},
    {"exp": real_now() + timedelta(minutes=20)},
    {"exp": 1}, {"exp": 4_000_000_000}, {"iss": "https://other.example"}, {"iss": "a\x00b"},
    {"key": "x" * 40, "algorithm": "HS256"},
])  # fmt: skip
def test_a_word_that_proves_nothing_is_refused(login, identity, fault):
    answer = login.exchange(login.subject_token(identity, **fault))
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_GRANT")


@pytest.mark.parametrize("text", ["x", "a.b.c", "e30.e30.e30"])
def test_what_is_no_token_is_refused(login, text):
    assert login.exchange(text).json["code"] == "INVALID_GRANT"


def test_the_public_key_is_no_shared_secret(login, identity):
    """The classic confusion: HS256 keyed with what everybody knows."""
    known = base64.b64decode(login.body["public_key"])
    forged = login.subject_token(identity, key=known, algorithm="HS256")
    assert login.exchange(forged).json["code"] == "INVALID_GRANT"


def test_another_provider_cannot_show_the_token(login, identity, wiring):
    answer = login.exchange(login.subject_token(identity), provider=a_provider(wiring))
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_GRANT")


def test_a_user_whom_nobody_linked_is_said_to_be_so(login):
    answer = login.exchange(login.subject_token("nobody-" + secrets.token_hex(8)))
    assert answer.json["code"] == "INVALID_GRANT"
    assert "No account is linked" in answer.json["detail"]


def test_an_issuer_is_proposed_once(login, http, token_for):
    operator = token_for("operator")
    again = http.post("/v1/identity-providers", login.body, token=operator)
    assert (again.status_code, again.json["code"]) == (409, "ISSUER_TAKEN")
    bad = http.post("/v1/identity-providers", {**login.body, "public_key": "AAAA"}, token=operator)
    assert (bad.status_code, bad.json["errors"][0]["pointer"]) == (422, "/public_key")
