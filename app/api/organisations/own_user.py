"""The user who asks: what proves them, and where they are logged in."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, NotRequired, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Strict
from app.http.own_login import change_login
from app.http.pages import read_page
from app.http.queries import no_dry_run
from app.http.validators import Characters
from app.ids import parse
from app.shown.users import SeenUserAnswer, SessionAnswer, seen_user_answer, session_answer
from app.tokens import ROLES, USER_LIFETIME, tokens
from app.usecases.organisations.change_password import change_password
from app.usecases.organisations.end_session import end_session
from app.usecases.organisations.read_sessions import read_sessions
from app.usecases.organisations.read_user import read_user
from app.usecases.organisations.renew_codes import renew_codes
from behaviours.json_value import JsonObject
from behaviours.one_time_links import MOST_PASSWORD, PasswordChange
from behaviours.users import APPLICANT, PARTICIPANT
from behaviours.viewer import CASHIER

blueprint = Blueprint("own user", __name__, description="The user who asks.")

# Whoever has a user of their own that is proved here.
OWN = tuple(role for role in ROLES if role != PARTICIPANT)
STAFF = tuple(role for role in OWN if role not in (APPLICANT, CASHIER))


def _password() -> plain.String:
    return plain.String(
        required=True,
        validate=Characters(min=1, max=MOST_PASSWORD),
        metadata={"format": "password"},
    )


class PasswordBody(Strict):
    """The present password and the one to come."""

    EXAMPLE: ClassVar[JsonObject] = {
        "password": "the present one",
        "new_password": "correct horse battery staple",
        "code": "492039",
    }

    password = _password()
    new_password = _password()
    code = Line(most=32, metadata={"description": "Of the authenticator, where there is one."})


class SentPassword(TypedDict):
    """As ``PasswordBody`` loads it."""

    password: str
    new_password: str
    code: NotRequired[str]


class FactorCodeBody(Strict):
    """A code of the authenticator."""

    code = Line(required=True, most=32)


class SentFactorCode(TypedDict):
    """As ``FactorCodeBody`` loads it."""

    code: str


class RecoveryCodesAnswer(Schema):
    """Codes to keep on paper: each replaces the authenticator once."""

    recovery_codes = plain.List(plain.String())


@blueprint.route("/v1/users/me")
@allow(*OWN, by_city=True)
@blueprint.response(200, SeenUserAnswer)
def show_own_user() -> Response:
    """Who asks, and what proves them. A client is no user: 404."""
    who = caller()
    seen = wiring().database.transact(
        read_user, who.user_id, by=who.viewer, now=wiring().clock.real_now()
    )
    return json_answer(seen_user_answer(seen))


@blueprint.route("/v1/users/me/sessions")
@allow(*OWN, by_city=True)
@blueprint.lists(SessionAnswer, "OwnSessions")
def list_own_sessions() -> Response:
    """Where the user is logged in, newest first."""
    who = caller()
    return read_page(
        lambda session: session_answer(session, session.session_id == who.login_id),
        read_sessions,
        who.user_id,
        by=who.viewer,
        now=wiring().clock.real_now(),
    )


@blueprint.route("/v1/users/me/sessions/<session_id>", methods=["DELETE"])
@allow(*OWN, by_city=True, step="session.end_own")
@blueprint.response(200, Schema)
def end_own_session(session_id: str) -> JsonObject:
    """End one of one's sessions; its tokens are dead within a second. Again changes nothing."""
    who = caller()
    names = wiring().database.transact(
        end_session,
        who.user_id,
        parse("ses", session_id),
        by=who.viewer,
        access_lifetime=USER_LIFETIME,
        clock=wiring().clock,
    )
    tokens().take_note(names)
    return {}


@blueprint.route("/v1/users/me/password", methods=["POST"])
@no_dry_run
@allow(*OWN, by_city=True, step="user.change_password")
@blueprint.arguments(PasswordBody)
@blueprint.response(200, Schema)
def replace_password(body: SentPassword) -> JsonObject:
    """Take another password. Every other session of the user ends; a locked user is unlocked."""
    change = PasswordChange(body["password"], body["new_password"], body.get("code"))
    change_login(caller(), change_password, change)
    return {}


@blueprint.route("/v1/users/me/recovery-codes", methods=["POST"])
@no_dry_run
@allow(*OWN, by_city=True, step="user.renew_codes")
@blueprint.arguments(FactorCodeBody, example={"code": "492039"})
@blueprint.response(201, RecoveryCodesAnswer)
def replace_recovery_codes(body: SentFactorCode) -> Response:
    """Make fresh recovery codes, shown this once; the earlier ones are not good any more."""
    who = caller()
    codes: list[str] = attempt(
        f"own:{who.user_id.hex}",
        partial(
            wiring().database.transact,
            renew_codes,
            who.user_id,
            body["code"],
            terms=wiring().factor_terms,
            clock=wiring().clock,
        ),
    )
    return json_answer({"recovery_codes": list(codes)}, 201)
