"""Tokens: how they are asked for, renewed, refused and revoked."""

from __future__ import annotations

import base64
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from flask import request

from app.factory import create_app
from app.ids import new_id
from app.tokens import Caller, mint, real_now
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import wire
from behaviours.organisations import InvalidGrant, UsernameTaken
from behaviours.refusal import Refusal
from behaviours.retention import TOKENS
from tests.builders.people import Http, an_address
from tests.builders.retention import take_kind

pytestmark = pytest.mark.usefixtures("one_minute")

ASK = "/v1/auth/token"
GUARDED = "/v1/participants"


@pytest.fixture
def client(wiring):
    new = NewClient(kind="provider", name="A metro")
    [made] = wiring.database.transact(create_client, [new], now=wiring.clock.now())
    return made


@pytest.fixture
def user(wiring):
    new = NewUser(f"operator-{secrets.token_hex(6)}", "a long 密码", "operator")
    wiring.database.transact(create_user, [new], now=wiring.clock.now())
    return new


def credentials(client):
    return {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def log_in(http, user):
    body = {"grant_type": "password", "username": user.username, "password": user.password}
    answer = http.post(ASK, body)
    assert answer.status_code == 200, answer.text
    return answer.json


def renew(http, refresh_token):
    return http.post(ASK, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def opens(http, token) -> bool:
    """Whether the token opens a route at all: a wrong role (403) is a known caller."""
    return http.post(GUARDED, {}, token=token).status_code in (403, 422)


def assert_ends_within_a_second(http, token) -> None:
    # A second is promised; the rest is for a machine with other things to do.
    until = time.monotonic() + 4
    while opens(http, token):
        assert time.monotonic() < until, "the token still opens routes"


def test_a_client_gets_a_token_with_json_a_form_and_basic(http, client):
    answers = [
        http.post(ASK, credentials(client)),
        http.post(ASK, data=credentials(client)),
        http.post(
            ASK,
            data={"grant_type": "client_credentials"},
            headers=basic(client.client_id, client.client_secret),
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.json["token_type"] == "Bearer"
        assert answer.json["expires_in"] == 7200
        assert answer.json["scope"] == "provider"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "refresh_token" not in answer.json
        assert opens(http, answer.json["access_token"])


def test_a_user_logs_in_and_renews(http, user):
    first = log_in(http, user)
    assert first["scope"] == "operator"
    second = renew(http, first["refresh_token"])
    assert second.status_code == 200, second.text
    assert second.json["refresh_token"] != first["refresh_token"]
    for token in (first["access_token"], second.json["access_token"]):
        assert opens(http, token)


def test_names_and_secrets_that_are_wrong_get_one_answer(http, client, user):
    wrong = [
        http.post(ASK, {**credentials(client), "client_secret": "sk_wrong"}),
        http.post(ASK, {**credentials(client), "client_id": "nobody"}),
        http.post(ASK, {"grant_type": "client_credentials"}),
        http.post(ASK, data={"grant_type": "client_credentials"}, headers=basic("\x00", "x")),
    ]
    for answer in wrong:
        assert (answer.status_code, answer.json["code"]) == (401, "INVALID_CLIENT")
        assert answer.json["error"] == "invalid_client"
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert wrong[0].json["detail"] == wrong[1].json["detail"]
    body = {"grant_type": "password", "username": user.username, "password": "wrong"}
    known = http.post(ASK, body)
    unknown = http.post(ASK, {**body, "username": "nobody-" + secrets.token_hex(4)})
    for answer in (known, unknown):
        assert (answer.status_code, answer.json["code"]) == (400, "INVALID_GRANT")
        assert answer.json["error"] == "invalid_grant"
    assert known.json["detail"] == unknown.json["detail"]


@pytest.mark.parametrize(("body", "status", "code"), [
    ({}, 422, "VALIDATION_FAILED"),
    ({"grant_type": "implicit"}, 400, "UNSUPPORTED_GRANT_TYPE"),
    ({"grant_type": "password"}, 400, "INVALID_GRANT"),
    ({"grant_type": "refresh_token"}, 400, "INVALID_GRANT"),
    ({"grant_type": "refresh_token", "refresh_token": "rt_none"}, 400, "INVALID_GRANT"),
    ({"grant_type": "password", "username": "a\x00b", "password": "x"}, 422, "UNSTORABLE_TEXT"),
    ({"grant_type": "password", "username": "a", "password": "x" * 5000}, 400, "INVALID_GRANT"),
    ({"grant_type": 5}, 422, "VALIDATION_FAILED"),
    ({"grant_type": "password", "user": "x"}, 422, "VALIDATION_FAILED"),
])  # fmt: skip
def test_careless_wishes_are_refused(http, body, status, code):
    answer = http.post(ASK, body)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def test_a_form_is_read_as_strictly(http):
    doubled = http.post(ASK, data="grant_type=password&grant_type=password",
                        content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert (doubled.status_code, doubled.json["code"]) == (400, "DUPLICATE_MEMBER")
    nul = http.post(ASK, data={"grant_type": "password", "username": "a\x00", "password": "b"})
    assert nul.status_code == 422
    assert http.post(ASK, data=b"x", content_type="text/plain").status_code == 415


def test_a_lost_answer_may_be_asked_for_again_within_a_minute(http, user):
    first = log_in(http, user)
    lost = renew(http, first["refresh_token"])
    again = renew(http, first["refresh_token"])
    assert (lost.status_code, again.status_code) == (200, 200)
    assert renew(http, again.json["refresh_token"]).status_code == 200


def test_a_token_that_is_no_longer_the_last_ends_the_login(http, user):
    first = log_in(http, user)
    second = renew(http, first["refresh_token"]).json
    third = renew(http, second["refresh_token"]).json
    stolen = renew(http, first["refresh_token"])
    assert (stolen.status_code, stolen.json["code"]) == (400, "INVALID_GRANT")
    assert renew(http, third["refresh_token"]).status_code == 400
    for each in (first, second, third):
        assert_ends_within_a_second(http, each["access_token"])


def test_a_reuse_after_the_grace_ends_the_login(http, user, wiring):
    first = log_in(http, user)
    second = renew(http, first["refresh_token"]).json
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update refresh_token set used_at = used_at - interval '61 seconds'"
            " where family_id = (select family_id from refresh_token where token_digest ="
            " sha256(convert_to(%s, 'UTF8')))",
            (first["refresh_token"],),
        )
    assert renew(http, first["refresh_token"]).status_code == 400
    assert renew(http, second["refresh_token"]).status_code == 400


def test_an_expired_refresh_token_is_refused_and_forgotten(http, user, wiring):
    first = log_in(http, user)
    after = real_now() + timedelta(days=31)
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update refresh_token set expires_at = now() where token_digest ="
            " sha256(convert_to(%s, 'UTF8'))",
            (first["refresh_token"],),
        )
    assert renew(http, first["refresh_token"]).status_code == 400
    assert take_kind(wiring, TOKENS, now=after) >= 1


def test_many_renewals_at_once_leave_a_login_that_lives(app, user):
    first = log_in(Http(app), user)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: renew(Http(app), first["refresh_token"]), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert renew(Http(app), answers[0].json["refresh_token"]).status_code == 200


def test_a_disabled_user_cannot_renew(http, user, wiring):
    first = log_in(http, user)
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update app_user set state = 'ended', ended_at = now(), password_hash = null"
            " where username = %s",
            (user.username,),
        )
    assert renew(http, first["refresh_token"]).status_code == 400
    body = {"grant_type": "password", "username": user.username, "password": user.password}
    assert http.post(ASK, body).status_code == 400


def test_a_returned_access_token_is_over_at_once(http, client):
    token = http.post(ASK, credentials(client)).json["access_token"]
    assert opens(http, token)
    assert http.post("/v1/auth/revoke", {"token": token}).status_code == 200
    answer = http.post(GUARDED, {}, token=token)
    assert (answer.status_code, answer.json["code"]) == (401, "TOKEN_REVOKED")
    again = http.post(ASK, credentials(client)).json["access_token"]
    assert opens(http, again), "the client itself may ask again"


def test_another_process_sees_a_revocation_within_a_second(http, client, wiring):
    """The second application has a wiring and a memory of its own, as a second process has."""
    other_wiring = wire(wiring.settings)
    other = Http(create_app(other_wiring))
    token = http.post(ASK, credentials(client)).json["access_token"]
    assert opens(other, token)
    http.post("/v1/auth/revoke", data={"token": token})
    assert_ends_within_a_second(other, token)
    fresh = Http(create_app(other_wiring))
    assert not opens(fresh, token), "a process that starts later sees it too"
    other_wiring.close()


def test_a_returned_refresh_token_takes_the_login_with_it(http, user):
    first = log_in(http, user)
    http.post("/v1/auth/revoke", {"token": first["refresh_token"]})
    assert renew(http, first["refresh_token"]).status_code == 400
    assert not opens(http, first["access_token"])


@pytest.mark.parametrize("token", ["rt_unknown", "x", "a.b.c", "é"])
def test_returning_what_is_no_token_is_no_error(http, token):
    assert http.post("/v1/auth/revoke", {"token": token}).status_code == 200


def forged(wiring, *, key=None, algorithm="HS256", kid=None, drop=(), **changes):
    settings = wiring.settings
    who = Caller("provider", new_id(), new_id(), "forger")
    application = create_app(wiring)
    with application.app_context():
        claims = jwt.decode(mint(who, lifetime_s=60), options={"verify_signature": False})
        own_kid = application.extensions["tanpuhui_key_id"]
    claims = {name: each for name, each in {**claims, **changes}.items() if name not in drop}
    signed_with = settings.secret_key if key is None else key
    return jwt.encode(
        claims, signed_with, algorithm=algorithm, headers={"kid": own_kid if kid is None else kid}
    )


def test_the_forger_can_make_a_good_token(http, wiring):
    """Without this the test below would prove nothing."""
    assert opens(http, forged(wiring))


@pytest.mark.parametrize("fault", [
    {"key": "another key that is long enough!"},
    {"key": "", "algorithm": "none"},
    {"algorithm": "HS512"},
    {"kid": "unknown"},
    {"drop": ["exp"]}, {"drop": ["sub"]}, {"drop": ["role"]}, {"drop": ["aud"]}, {"drop": ["at"]},
    {"sub": "not hexadecimal"}, {"sub": "1"}, {"role": "emperor"}, {"role": []},
    {"aud": "tanpuhui-live"}, {"iss": "somebody"}, {"type": "refresh"}, {"tenant": "x"},
    {"exp": 1}, {"exp": "soon"}, {"iat": 4_000_000_000}, {"nbf": 4_000_000_000}, {"at": "x"},
    {"jti": 5},
], ids=str)  # fmt: skip
def test_a_forged_or_damaged_token_is_401(http, wiring, fault):
    answer = http.post(GUARDED, {}, token=forged(wiring, **fault))
    assert answer.status_code == 401, answer.text
    assert answer.json["code"] in ("TOKEN_INVALID", "TOKEN_EXPIRED")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="tanpuhui", error=')


@pytest.mark.parametrize("header", [
    "", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer ..", "Basic YTpi", "Token x",
    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Bearer " + "a" * 10_000, "Bearer é.é.é",
    "Bearer " + "W" * 40 + "." + "W" * 40 + "." + "W" * 40,
])  # fmt: skip
def test_a_header_without_a_token_of_ours_is_401(http, header):
    answer = http.post(GUARDED, {}, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_by_real_time_and_not_by_the_moved_clock(movable):
    app = create_app(movable)
    http = Http(app)
    who = Caller("provider", new_id(), new_id(), f"test-{secrets.token_hex(4)}")
    with app.app_context():
        short = mint(who, lifetime_s=1)
        long = mint(who, lifetime_s=60)
    movable.clock.advance(2 * 86_400)
    assert opens(http, short)
    assert_ends_within_a_second(http, short)
    assert http.post(GUARDED, {}, token=short).json["code"] == "TOKEN_EXPIRED"
    assert opens(http, long)


def test_guessing_is_slowed_down(http, wiring):
    name = f"guessed-{secrets.token_hex(6)}"
    body = {"grant_type": "password", "username": name, "password": "guess"}
    answers = [http.post(ASK, body) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert answers[-1].json["code"] == "TOO_MANY_ATTEMPTS"
    assert answers[-1].headers["Retry-After"] == "60"
    other = http.post(ASK, {**body, "username": f"{name}-other"})
    assert other.status_code == 400, "another name is not held up"


def test_guesses_at_once_are_no_more_than_guesses_in_turn(app, wiring):
    name = f"guessed-{secrets.token_hex(6)}"
    body = {"grant_type": "password", "username": name, "password": "guess"}
    here = {"REMOTE_ADDR": an_address()}
    with ThreadPoolExecutor(8) as pool:
        codes = [
            answer.status_code
            for answer in pool.map(
                lambda _: Http(app).post(ASK, body, environ_overrides=here), range(40)
            )
        ]
    assert codes.count(400) == 10
    assert codes.count(429) == 30


def test_a_right_secret_is_not_counted(http, client):
    answers = [http.post(ASK, credentials(client)) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200}


def test_names_and_addresses_are_counted_by_themselves(wiring):
    guesses, mark = wiring.guesses, secrets.token_hex(6)

    def wrong(name, address):
        try:
            with guesses.trying(name, address):
                raise InvalidGrant("password_wrong")
        except Refusal as refusal:
            return refusal.code

    one_name = [wrong(f"victim-{mark}", f"{mark}-{turn}") for turn in range(101)]
    assert one_name == ["INVALID_GRANT"] * 100 + ["TOO_MANY_ATTEMPTS"]
    with pytest.raises(Refusal), guesses.trying(f"victim-{mark}", f"{mark}-home"):
        raise AssertionError("from where nobody came in it is not tried")
    one_place = [wrong(f"name-{mark}-{turn}", f"place-{mark}") for turn in range(101)]
    assert one_place == ["INVALID_GRANT"] * 100 + ["TOO_MANY_ATTEMPTS"]


def test_who_came_in_from_an_address_is_not_kept_out_there_by_others(wiring):
    guesses, mark = wiring.guesses, secrets.token_hex(6)
    victim, home = f"victim-{mark}", f"{mark}-home"

    def tried(address, *, wrong=True):
        try:
            with guesses.trying(victim, address):
                if wrong:
                    raise InvalidGrant("password_wrong")
        except Refusal as refusal:
            return refusal.code
        return "IN"

    assert tried(home, wrong=False) == "IN"
    # As many as fit into one minute, and once more: one may end in between.
    assert "TOO_MANY_ATTEMPTS" in (tried(f"{mark}-{turn}") for turn in range(202))
    assert tried(home, wrong=False) == "IN"
    # There, too, a secret is guessed at ten times a minute and no more.
    assert {tried(home) for _ in range(21)} == {"INVALID_GRANT", "TOO_MANY_ATTEMPTS"}
    with_others = [each.decode() for each in wiring.redis.scan_iter("*known/*")]
    assert all(victim not in each and home not in each for each in with_others)
    assert with_others


def test_only_as_many_forwarded_addresses_are_believed_as_there_are_proxies(wiring):
    seen = []
    for proxies, counted in ((0, None), (1, "198.51.100.9"), (2, "203.0.113.7")):
        behind = replace(wiring, settings=replace(wiring.settings, trusted_proxies=proxies))
        app = create_app(behind)
        app.before_request(lambda: seen.append(request.remote_addr))
        named = {"X-Forwarded-For": "6.6.6.6, 203.0.113.7, 198.51.100.9"}
        caller = Http(app)
        caller.get("/v1/methodologies", headers=named)
        assert seen[-1] == (counted or caller.address)


def test_a_test_token_does_not_open_a_live_route(http, client, wiring):
    token = http.post(ASK, credentials(client)).json["access_token"]
    live = wire(replace(wiring.settings, mode="live"))
    assert Http(create_app(live)).post(GUARDED, {}, token=token).status_code == 401
    live.close()
    live.close()


def test_a_name_is_given_once(wiring, user):
    with pytest.raises(UsernameTaken):
        wiring.database.transact(create_user, [user], now=wiring.clock.now())


def test_secrets_are_not_kept(wiring, client, user):
    with wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select secret_hash from client_secret where client_id = %s"
            " union all select password_hash from app_user where username = %s",
            (client.client_id, user.username),
        ).scalars()
        for each in kept:
            assert each.startswith("$argon2id$")
            assert client.client_secret not in each
