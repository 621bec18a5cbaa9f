"""The routes of tokens: ask for one, renew it, revoke it (RFC 6749, RFC 7009)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final, NotRequired, TypedDict
from uuid import UUID

from flask import request
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.attempts import attempt
from app.http.blueprint import Blueprint, load
from app.http.body import DuplicateMember, check_coding, json_body
from app.http.current import wiring
from app.http.fields import Line, PublicId, Strict
from app.http.openid_logins import come_back
from app.http.password_logins import log_in
from app.http.queries import no_dry_run
from app.http.sandbox import owner_of, where_client_lives, where_token_is_good
from app.http.sessions import granted, renewed_login
from app.secrecy.refresh_tokens import PREFIX as REFRESH_PREFIX
from app.tokens import USER_LIFETIME, USER_LIFETIME_S, Caller, mint, tokens
from app.usecases.organisations.authenticate_client import authenticate_client
from app.usecases.organisations.end_login import end_login
from app.usecases.organisations.exchange_token import exchange_token
from behaviours.clients import ProvenClient
from behaviours.json_value import JsonObject
from behaviours.openid_logins import ComingBack
from behaviours.organisations import (
    PROVIDER,
    InvalidClient,
    InvalidGrant,
    RenewableLogin,
    UnsupportedGrantType,
)
from behaviours.refusal import Refusal

blueprint = Blueprint("tokens", __name__, description="OAuth 2 tokens.")

CLIENT_LIFETIME_S = 7200
JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TYPE = "urn:ietf:params:oauth:token-type:access_token"
# What a token is for that a provider got by its word.
BY_WORD = "read codes"
MOST_SECRET = 4096


class TokenRequest(Strict):
    """A request for a token; which members are needed depends on ``grant_type``."""

    grant_type = Line(
        required=True,
        metadata={
            "description": "client_credentials, password, authorization_code, refresh_token or "
            + EXCHANGE
        },
    )
    client_id = Line()
    client_secret = Line(most=256)
    username = Line(most=256)
    password = plain.String(metadata={"format": "password"})
    one_time_code = Line(
        most=32,
        metadata={
            "description": "Of a user with an authenticator: its six digits, or a recovery code."
        },
    )
    refresh_token = Line(most=256)
    subject_token = Line(most=MOST_SECRET)
    subject_token_type = Line()
    state = Line(most=256, metadata={"description": "Of a login by an OpenID provider."})
    login_secret = Line(most=256, metadata={"description": "As /v1/openid-logins gave it."})
    code = Line(
        most=MOST_SECRET,
        metadata={
            "description": "As the provider sent it; not again once it was taken and only a"
            " `one_time_code` was missing or wrong."
        },
    )
    iss = Line(most=500, metadata={"description": "As the provider sent it, if it did."})
    app = PublicId(
        "app",
        metadata={
            "description": "Of a person, by `password` or a token exchange: the registered app in"
            " which they come in. The token and the session name it, and end with it."
        },
    )
    scope = plain.String(metadata={"description": "Accepted and ignored: roles are fixed."})


class SentGrant(TypedDict):
    """As ``TokenRequest`` loads it."""

    grant_type: str
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    username: NotRequired[str]
    password: NotRequired[str]
    one_time_code: NotRequired[str]
    refresh_token: NotRequired[str]
    subject_token: NotRequired[str]
    subject_token_type: NotRequired[str]
    state: NotRequired[str]
    login_secret: NotRequired[str]
    code: NotRequired[str]
    iss: NotRequired[str]
    app: NotRequired[UUID]
    scope: NotRequired[str]


class TokenAnswer(Schema):
    """A token and how long it is good."""

    access_token = plain.String()
    token_type = plain.String(metadata={"example": "Bearer"})
    expires_in = plain.Integer(metadata={"description": "Seconds.", "example": CLIENT_LIFETIME_S})
    refresh_token = plain.String()
    issued_token_type = plain.String()
    recovery_codes = plain.List(
        plain.String(),
        metadata={"description": "Of who set up an authenticator with it: shown this once."},
    )
    scope = plain.String(
        metadata={"description": "The role of the caller; of an exchanged token `read codes`."}
    )


class RevokeRequest(Strict):
    """The token to be revoked; whoever holds it may do so."""

    token = Line(required=True, most=MOST_SECRET)
    token_type_hint = Line()


class SentToken(TypedDict):
    """As ``RevokeRequest`` loads it."""

    token: str
    token_type_hint: NotRequired[str]


@blueprint.route("/v1/auth/token", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.document_body(
    TokenRequest,
    example={
        "grant_type": "client_credentials",
        "client_id": "provider_…",
        "client_secret": "sk_…",
    },
)
@blueprint.response(200, TokenAnswer)
def issue_token() -> JsonObject:
    """Ask for a token, as a form or as JSON; clients may use HTTP Basic for their secret.

    Clients (providers, merchants, enterprises, verifiers) use `client_credentials`; a token is good
    for two hours, and no longer than the secret that it was asked for with. Users and
    people use `password`, and renew with `refresh_token`. A user with an authenticator, which in
    live mode is everybody but people, sends its `one_time_code` besides; without it the answer to
    a right password is SECOND_FACTOR_REQUIRED. A refresh token is good once; for a minute after
    its use it is answered again, with the same successor, in case the answer was lost. A provider
    whose login service is registered exchanges its assertion about a user for a token of the
    person who linked that user (RFC 8693): it reads the account and shows codes, and no more.
    A person comes in through a registered `app`; once that is revoked, what it opened is dead
    within a second. Who came back from an OpenID provider (/v1/openid-logins) uses
    `authorization_code`, with the `state` and the `login_secret` of that login.
    """
    asked: SentGrant = load(_TOKEN_REQUEST, _form_or_json())
    answer_grant = _GRANTS.get(asked["grant_type"])
    if answer_grant is None:
        raise UnsupportedGrantType(pointer="/grant_type", known=list(_GRANTS))
    if "app" in asked and answer_grant in _WITHOUT_APP:
        raise InvalidGrant("app_for_people", pointer="/app")
    with where_client_lives(_client_named(asked)):
        return answer_grant(asked)


@blueprint.route("/v1/auth/revoke", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.document_body(RevokeRequest, example={"token": "rt_…"})
@blueprint.response(200, Schema)
def revoke_token() -> JsonObject:
    """Revoke a token. A refresh token takes its whole login with it.

    Answers 200 also for a token that is unknown or over (RFC 7009, section 2.2). Other processes
    of this service see it within a second.
    """
    asked: SentToken = load(_REVOKE_REQUEST, _form_or_json())
    token = asked["token"]
    if token.startswith(REFRESH_PREFIX):
        names = wiring().database.transact(
            end_login, token, access_lifetime=USER_LIFETIME, clock=wiring().clock
        )
        tokens().take_note(names)
    else:
        with where_token_is_good(token):
            tokens().revoke(token)
    return {}


def _client_credentials(asked: SentGrant) -> JsonObject:
    client = _client(asked)
    who = Caller(client.role, client.organisation_id, client.organisation_id, client.client_id)
    lifetime_s = _while_good(client, CLIENT_LIFETIME_S)
    token = mint(
        who,
        lifetime_s=lifetime_s,
        secret_id=client.secret_id,
        owner_id=owner_of(client.organisation_id),
        seen_at=client.seen_at,
    )
    return _answer(token, who, lifetime_s)


def _password(asked: SentGrant) -> JsonObject:
    username, password = asked.get("username"), asked.get("password")
    if not username or not password:
        raise InvalidGrant("password_missing")
    code, app_id = asked.get("one_time_code"), asked.get("app")
    begun = log_in(username, password, code, app_id=app_id)
    return _renewed(begun)


def _authorization_code(asked: SentGrant) -> JsonObject:
    state, secret = asked.get("state"), asked.get("login_secret")
    if not state or not secret:
        raise InvalidGrant("openid_login")
    sent = asked.get("code"), asked.get("iss"), asked.get("one_time_code")
    finished = come_back(ComingBack(state, secret, *sent))
    answer = _renewed(finished.login)
    if finished.recovery_codes:
        answer = {**answer, "recovery_codes": list(finished.recovery_codes)}
    return answer


def _refresh(asked: SentGrant) -> JsonObject:
    token = asked.get("refresh_token")
    if not token:
        raise InvalidGrant("refresh_missing")
    renewed = renewed_login(token)
    if isinstance(renewed, Refusal):
        raise renewed
    return _renewed(renewed)


def _exchange(asked: SentGrant) -> JsonObject:
    client = _client(asked)
    if client.role != PROVIDER or asked.get("subject_token_type") != JWT_TYPE:
        raise InvalidGrant("exchange", subject_token_type=JWT_TYPE)
    lifetime_s = _while_good(client, USER_LIFETIME_S)
    exchanged = wiring().database.transact(
        exchange_token,
        asked.get("subject_token", ""),
        organisation_id=client.organisation_id,
        app_id=asked.get("app"),
        lifetime=timedelta(seconds=lifetime_s),
        identity_key=wiring().settings.identity_key,
        clock=wiring().clock,
    )
    person = exchanged.participant_id
    who = Caller(
        "participant",
        person,
        person,
        None,
        through=client.organisation_id,
        login_id=exchanged.session_id,
    )
    token = mint(
        who,
        lifetime_s=lifetime_s,
        link_id=exchanged.link_id,
        login_service_id=exchanged.login_service_id,
        secret_id=client.secret_id,
        owner_id=owner_of(client.organisation_id),
        app=exchanged.app,
        seen_at=exchanged.seen_at,
    )
    answer = _answer(token, who, lifetime_s)
    return {**answer, "scope": BY_WORD, "issued_token_type": ACCESS_TYPE}


_TOKEN_REQUEST = TokenRequest()
_REVOKE_REQUEST = RevokeRequest()
_GRANTS: dict[str, Callable[[SentGrant], JsonObject]] = {
    "client_credentials": _client_credentials,
    "password": _password,
    "authorization_code": _authorization_code,
    "refresh_token": _refresh,
    EXCHANGE: _exchange,
}


# Nobody comes in by these who is a person with an app.
_WITHOUT_APP: Final = (_client_credentials, _authorization_code)


def _while_good(client: ProvenClient, lifetime_s: int) -> int:
    """How long a token is good: no longer than the secret that it was asked for with."""
    if client.good_until is None:
        return lifetime_s
    left = client.good_until - wiring().clock.real_now()
    return max(1, min(lifetime_s, int(left.total_seconds())))


def _client(asked: SentGrant) -> ProvenClient:
    """The client that the body or the Basic header proves."""
    client_id, secret = _client_named(asked), asked.get("client_secret")
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        secret = basic.password
    if not client_id or not secret or not client_id.isprintable():
        raise InvalidClient("missing")
    return attempt(
        f"client:{client_id[:128]}",
        partial(
            wiring().database.transact,
            authenticate_client,
            client_id,
            secret[:MOST_SECRET],
            clock=wiring().clock,
        ),
    )


def _client_named(asked: SentGrant) -> str:
    """The id of the client that the body or the Basic header names, or nothing."""
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        return basic.username or ""
    return asked.get("client_id", "")


def _renewed(renewed: RenewableLogin) -> JsonObject:
    given = granted(renewed)
    return {
        "access_token": given.access_token,
        "token_type": "Bearer",
        "expires_in": given.lifetime_s,
        "scope": given.role,
        "refresh_token": given.refresh_token,
    }


def _answer(token: str, who: Caller, lifetime_s: int) -> JsonObject:
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": lifetime_s,
        "scope": who.role,
    }


def _form_or_json() -> Any:
    if request.mimetype == "application/x-www-form-urlencoded":
        check_coding()
        for name, values in request.form.lists():
            if len(values) > 1:
                raise DuplicateMember(name=name[:64])
        return request.form.to_dict()
    return json_body()
