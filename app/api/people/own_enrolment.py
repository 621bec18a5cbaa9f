"""Enrolment by oneself: who has no app of a provider opens the account in the wallet."""

from __future__ import annotations

from functools import partial
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, PublicId, Region, Strict, moment
from app.http.queries import no_dry_run
from app.http.sessions import login_origin
from app.http.validators import OneOf
from app.ids import public
from app.secrecy.identity_proofs import adapters, issuer_named, key_named
from app.secrecy.nonces import LIFETIME, new_nonce
from app.tokens import USER_LIFETIME_S, Caller, mint, real_now
from app.usecases.people.enrol_oneself import EnrolledOneself, enrol_oneself
from app.usecases.people.find_identity_service import find_identity_service
from app.usecases.people.prove_shown import ShownIdentity
from behaviours.identity_services import METHODS, IdentityNotProven

blueprint = Blueprint(
    "own enrolment", __name__, description="People who open an account themselves."
)
MOST_DOCUMENT = 8192


class ShownBody(Strict):
    """What an identity service signed of the person."""

    method = plain.String(
        required=True,
        validate=OneOf(METHODS),
        metadata={"enum": list(METHODS), "description": "That of the service, see the list."},
    )
    token = Line(
        required=True,
        most=MOST_DOCUMENT,
        metadata={"description": "The service's ID token or ticket: a JWS in its compact form."},
    )


class OwnEnrolmentBody(ShownBody):
    """The person, and where they live."""

    region = Region(required=True, metadata={"example": "CN-33"})
    app = PublicId(
        "app",
        metadata={"description": "The registered app in which the person is: the login names it."},
    )


class SentShown(TypedDict):
    """As ``ShownBody`` loads it."""

    method: str
    token: str


class SentOwnEnrolment(SentShown):
    """As ``OwnEnrolmentBody`` loads it."""

    region: str
    app: NotRequired[UUID]


class NonceAnswer(Schema):
    """What the service's document has to repeat."""

    nonce = plain.String()
    expires_at = plain.String(metadata={"format": "date-time"})


class OpenedAccount(Schema):
    """The account, and a login of the person's own."""

    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    access_token = plain.String()
    token_type = plain.String(metadata={"example": "Bearer"})
    expires_in = plain.Integer(metadata={"description": "Seconds.", "example": USER_LIFETIME_S})
    refresh_token = plain.String()
    scope = plain.String(metadata={"example": "participant"})


@blueprint.route("/v1/me/enrolment/nonce", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.response(200, NonceAnswer)
def give_nonce() -> Response:
    """A nonce for an identity service that speaks OpenID Connect: send the person there with it.

    The ID token has to repeat it; both are good once.
    """
    now = real_now()
    nonce = new_nonce(nonce_key(), now=now)
    return json_answer({"nonce": nonce, "expires_at": moment(now + LIFETIME)})


@blueprint.route("/v1/me/enrolment", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.arguments(
    OwnEnrolmentBody, example={"method": "ticket", "token": "eyJ…", "region": "CN-33"}
)
@blueprint.response(201, OpenedAccount)
@blueprint.alt_response(200, schema=OpenedAccount, description="Enrolled before; the same account")
def enrol_me(body: SentOwnEnrolment) -> Response:
    """Open an account, or come back to it, by the word of an identity service.

    The services stand at /v1/identity-services. The same identity is the same account, whoever
    enrolled it. The answer is a login of one's own: from then on consents are given, and what a
    provider asks is answered, at /v1/me.
    """
    enrolled = attempt(f"own enrolment|{request.remote_addr}", partial(_enrolled, body))
    login = enrolled.login.login
    who = Caller(login.role, login.user_id, login.tenant_id, None, login_id=login.login_id)
    answer = {
        "id": public("par", enrolled.participant_id),
        "access_token": mint(
            who, lifetime_s=USER_LIFETIME_S, app=login.app, seen_at=enrolled.login.seen_at
        ),
        "token_type": "Bearer",
        "expires_in": USER_LIFETIME_S,
        "refresh_token": enrolled.login.refresh_token,
        "scope": who.role,
    }
    return json_answer(answer, status=201 if enrolled.is_new else 200)


def _enrolled(body: SentOwnEnrolment) -> EnrolledOneself:
    return wiring().database.transact(
        enrol_oneself,
        shown_identity(body),
        region=body["region"],
        origin=login_origin(body.get("app")),
        terms=wiring().programme.sessions,
        identity_key=wiring().settings.identity_key,
        nonce_key=nonce_key(),
        scenes=wiring().scenes,
        childhood=wiring().childhood,
        clock=wiring().clock,
    )


def shown_identity(body: SentShown) -> ShownIdentity:
    """The document that was sent, with the keys of its service, which are read beforehand.

    Raises IdentityNotProven and IdentityServiceSilent.
    """
    method, token = body["method"], body["token"]
    adapter = adapters(is_test_mode=wiring().settings.is_test_mode).get(method)
    if adapter is None:
        raise IdentityNotProven
    terms = wiring().database.transact(find_identity_service, issuer_named(token), method).terms
    keys = terms.keys or {}
    if terms.keys_url is not None:
        keys = wiring().key_sets.at(terms.keys_url, key_named(token))
    return ShownIdentity(token, method, adapter, keys)


def nonce_key() -> bytes:
    """What nonces of this installation are made with."""
    return wiring().settings.secret_key.encode()
