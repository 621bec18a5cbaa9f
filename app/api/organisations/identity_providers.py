"""Login services of providers: by whose word linked people come in; two people let one in."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, allow_public
from app.http.blueprint import Blueprint
from app.http.current import by_caller
from app.http.fields import Line, Plain, PublicId, Strict, refuse
from app.http.once import once, step_of
from app.http.pages import read_page
from app.http.signing import made_when_signed, with_awaited
from app.ids import parse
from app.shown.login_services import (
    AwaitingLoginService,
    ListedLoginService,
    listed_login_service,
    login_service_answer,
)
from app.tokens import LONGEST_LIFETIME, tokens
from app.usecases.organisations.propose_login_service import propose_login_service
from app.usecases.organisations.read_login_services import read_login_services
from app.usecases.organisations.step_login_service import step_login_service
from behaviours.identity_services import ADMIT, END
from behaviours.login_services import revocation_of
from rewards.signing import ROLES

blueprint = Blueprint("identity providers", __name__, description="Who may prove who people are.")

KEY_BYTES = 32


class PublicKey(Plain):
    """An Ed25519 public key: 32 bytes in base64."""

    def read(self, value: Any) -> bytes:
        try:
            key = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            refuse("NOT_A_KEY", bytes=KEY_BYTES)
        return key


class IssuerBody(Strict):
    """A login service of a provider, and the key that it signs with."""

    issuer = Line(required=True, most=200, metadata={"example": "https://login.example.cn"})
    provider_id = PublicId("org", required=True)
    public_key = PublicKey(
        required=True,
        metadata={"type": "string", "example": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
    )


class SentIssuer(TypedDict):
    """As ``IssuerBody`` loads it."""

    issuer: str
    provider_id: UUID
    public_key: bytes


@blueprint.route("/v1/identity-providers")
@allow_public
@blueprint.lists(ListedLoginService, "LoginServices")
def list_login_services() -> Response:
    """By whose word linked people come in, newest first, also those that wait or have ended.

    While its provider is suspended or closed, the word of one opens nothing.
    """
    return read_page(listed_login_service, read_login_services)


@blueprint.route("/v1/identity-providers", methods=["POST"])
@allow(*reversed(ROLES), step="identity_provider.propose")
@blueprint.arguments(IssuerBody)
@blueprint.response(202, AwaitingLoginService)
def propose_login(body: SentIssuer) -> Response:
    """Propose a login service, and sign; somebody of the other role admits it.

    Then its provider exchanges a short-lived JWT of that service (EdDSA, `aud` tanpuhui, `sub`
    its own name of the user, `jti` new each time, good for five minutes at most) for a token of
    the person who linked that user, at /v1/auth/token. Ask the provider for the key in a way that
    nobody else can answer: who has it reads those accounts.
    """
    return once(with_awaited(login_service_answer), status=202, required=False)(
        propose_login_service,
        issuer=body["issuer"],
        organisation_id=body["provider_id"],
        public_key=body["public_key"],
        **by_caller(),
    )


@blueprint.route("/v1/identity-providers/<login_service_id>/admit", methods=["POST"])
@allow(*reversed(ROLES), step="identity_provider.admit")
@blueprint.signed(201, AwaitingLoginService)
def admit_login(login_service_id: str) -> Response:
    """Sign a proposed login service; the second signature, of another role, admits it."""
    admitting = step_of("lgs", with_awaited(login_service_answer), made_when_signed)
    return admitting(
        step_login_service,
        login_service_id,
        ADMIT,
        access_lifetime=LONGEST_LIFETIME,
        **by_caller(),
    )


@blueprint.route("/v1/identity-providers/<login_service_id>/end", methods=["POST"])
@allow(*reversed(ROLES), step="identity_provider.end")
@blueprint.response(200, AwaitingLoginService)
def end_login_service(login_service_id: str) -> Response:
    """End a login service: from now on its word opens nothing, and the tokens that were given by
    it end within a second. One is enough, and it is final."""
    ending = step_of("lgs", with_awaited(login_service_answer))
    answer = ending(
        step_login_service,
        login_service_id,
        END,
        access_lifetime=LONGEST_LIFETIME,
        **by_caller(),
    )
    tokens().take_note([revocation_of(parse("lgs", login_service_id))])
    return answer
