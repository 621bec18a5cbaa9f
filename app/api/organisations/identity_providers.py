"""The route where an operator registers who may prove who people are."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Plain, PublicId, Strict, refuse
from app.http.once import once
from app.ids import public
from app.usecases.organisations.register_identity_provider import (
    NewIssuer,
    register_identity_provider,
)
from behaviours.json_value import JsonObject

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


class IssuerAnswer(Schema):
    """The issuer as registered."""

    issuer = plain.String()
    provider_id = plain.String()


@blueprint.route("/v1/identity-providers", methods=["POST"])
@allow("operator", step="identity_provider.register")
@blueprint.arguments(IssuerBody)
@blueprint.response(201, IssuerAnswer)
def register_issuer(body: SentIssuer) -> Response:
    """Register a login service that may prove who people are.

    Its provider then exchanges a short-lived JWT of that service (EdDSA, `aud` tanpuhui, `sub`
    its own name of the user, `jti` new each time, good for five minutes at most) for a token of
    the person who linked that user, at /v1/auth/token.
    """
    new = NewIssuer(body["issuer"], body["provider_id"], body["public_key"])

    def shown(registered: list[NewIssuer]) -> JsonObject:
        [issuer] = registered
        return {"issuer": issuer.issuer, "provider_id": public("org", issuer.organisation_id)}

    return once(shown, status=201, required=False)(
        register_identity_provider, [new], clock=wiring().clock
    )
