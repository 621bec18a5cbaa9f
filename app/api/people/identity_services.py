"""Identity services: whose signed word opens an account of one's own; two people let one in."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line, PublicId, Strict
from app.http.once import once, step_of
from app.http.pages import read_page
from app.http.signing import made_when_signed, with_awaited
from app.http.validators import OneOf
from app.shown.identity_services import (
    AwaitingService,
    ListedServiceAnswer,
    ServiceAnswer,
    listed_service,
    service_answer,
)
from app.usecases.people.end_identity_service import end_identity_service
from app.usecases.people.propose_identity_service import propose_identity_service
from app.usecases.people.read_identity_services import read_identity_services
from app.usecases.people.sign_identity_service import sign_identity_service
from behaviours.identity_services import METHODS, SUBJECT_CLAIM, ServiceTerms
from behaviours.json_value import JsonObject
from rewards.signing import ROLES

blueprint = Blueprint(
    "identity services", __name__, description="By whose word people open accounts themselves."
)


class ServiceBody(Strict):
    """A service that knows who people are, and how what it says is checked."""

    issuer = Line(
        required=True,
        most=200,
        metadata={"example": "https://id.example.cn", "description": "`iss` of its documents."},
    )
    method = plain.String(
        required=True,
        validate=OneOf(METHODS),
        metadata={
            "enum": list(METHODS),
            "description": "`oidc`: ID tokens of OpenID Connect, for a nonce of ours. `ticket`: a"
            " JWS with a `jti`, good once and for five minutes at most. `test`: a ticket without a"
            " signature, in test mode only.",
        },
    )
    provider_id = PublicId(
        "org", required=True, metadata={"description": "The organisation that answers for it."}
    )
    audience = Line(
        required=True,
        most=200,
        metadata={
            "example": "tanpuhui",
            "description": "`aud` of its documents: us.",
        },
    )
    identity_claim = Line(
        load_default=SUBJECT_CLAIM,
        most=64,
        metadata={
            "example": "id_number",
            "description": "Where its documents say who somebody is. `sub` is of this issuer alone;"
            " `phone_number` and `email` need the claim that they were verified;"
            " `identity_digest` is the keyed hash, in hexadecimal digits, of a service that has the"
            " installation's identity key.",
        },
    )
    keys = plain.Dict(
        keys=plain.String(),
        metadata={"description": "Its public keys: a JSON Web Key Set (RFC 7517). Or `keys_url`."},
    )
    keys_url = Line(
        most=500, metadata={"description": "Where it publishes them: `jwks_uri` of its metadata."}
    )


class SentService(TypedDict):
    """As ``ServiceBody`` loads it."""

    issuer: str
    method: str
    provider_id: UUID
    audience: str
    identity_claim: str
    keys: NotRequired[JsonObject]
    keys_url: NotRequired[str]


@blueprint.route("/v1/identity-services")
@allow_public
@blueprint.lists(ListedServiceAnswer, "IdentityServices")
def list_services() -> Response:
    """By whose word people open accounts here, newest first, also those that wait or have ended.

    While the provider that answers for one is suspended or closed, its word opens nothing.
    """
    return read_page(listed_service, read_identity_services)


@blueprint.route("/v1/identity-services", methods=["POST"])
@allow(*reversed(ROLES), step="identity_service.propose")
@blueprint.arguments(
    ServiceBody,
    example={
        "issuer": "https://id.example.cn",
        "method": "oidc",
        "provider_id": "org_0199b2c3d4e57f0080000000000000aa",
        "audience": "tanpuhui",
        "identity_claim": "id_number",
        "keys_url": "https://id.example.cn/jwks.json",
    },
)
@blueprint.response(202, AwaitingService)
def propose(body: SentService) -> Response:
    """Propose a service, and sign; somebody of the other role admits it.

    Whoever it names comes in as that person, with all that the person may: propose only who
    checks people in person or by a document of the state.
    """
    terms = ServiceTerms(
        body["issuer"],
        body["method"],
        body["provider_id"],
        body["audience"],
        body["identity_claim"],
        body.get("keys"),
        body.get("keys_url"),
    )
    return once(with_awaited(service_answer), status=202, required=False)(
        propose_identity_service, terms, is_test_mode=wiring().settings.is_test_mode, **by_caller()
    )


@blueprint.route("/v1/identity-services/<service_id>/admit", methods=["POST"])
@allow(*reversed(ROLES), step="identity_service.admit")
@blueprint.signed(201, AwaitingService)
def admit(service_id: str) -> Response:
    """Sign a proposed service; the second signature, of another person and role, admits it."""
    admitting = step_of("ids", with_awaited(service_answer), made_when_signed)
    return admitting(sign_identity_service, service_id, **by_caller())


@blueprint.route("/v1/identity-services/<service_id>/end", methods=["POST"])
@allow(*reversed(ROLES), step="identity_service.end")
@blueprint.response(200, ServiceAnswer)
def end(service_id: str) -> Response:
    """End a service: from now on its word opens nothing. One person is enough, and it is final."""
    ending = step_of("ids", service_answer)
    return ending(end_identity_service, service_id, **by_caller())
