"""Origins: other installations from which people bring their record; two people let one in."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public
from app.http.blueprint import Blueprint
from app.http.current import by_caller, own_key_id
from app.http.fields import Line, Strict
from app.http.once import once, step_of
from app.http.pages import read_page
from app.http.signing import made_when_signed, with_awaited
from app.shown.origins import AwaitingOrigin, Origins, origin_answer
from app.usecases.people.propose_origin import propose_origin
from app.usecases.people.read_origins import read_origins
from app.usecases.people.step_origin import step_origin
from behaviours.identity_services import ADMIT, END
from behaviours.json_value import JsonObject
from rewards.signing import ROLES

blueprint = Blueprint(
    "origins", __name__, description="Other installations, from which people bring their record."
)


class OriginBody(Strict):
    """Another installation, and by which keys what it signs is known."""

    name = Line(
        required=True,
        most=100,
        metadata={"description": "As people and providers read it.", "example": "粤碳普惠"},
    )
    keys = plain.Dict(
        keys=plain.String(),
        required=True,
        metadata={"description": "What its `GET /v1/registry/keys` answers (RFC 7517)."},
    )


class SentOrigin(TypedDict):
    """As ``OriginBody`` loads it."""

    name: str
    keys: JsonObject


@blueprint.route("/v1/origins")
@allow_public
@blueprint.lists(Origins)
def list_origins() -> Response:
    """From which installations records are taken in, newest first, also those that ended."""
    return read_page(origin_answer, read_origins)


@blueprint.route("/v1/origins", methods=["POST"])
@allow(*reversed(ROLES), step="origin.propose")
@blueprint.arguments(
    OriginBody,
    example={
        "name": "粤碳普惠",
        "keys": {
            "keys": [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                    "kid": "21fe31dfa154a261",
                }
            ]
        },
    },
)
@blueprint.response(202, AwaitingOrigin)
def propose_an_origin(body: SentOrigin) -> Response:
    """Propose an installation, and sign; somebody of the other role admits it.

    Read its keys where you know that it is the one that it says it is: what they sign is taken for
    what people did.
    """
    return once(with_awaited(origin_answer), status=202, required=False)(
        propose_origin,
        name=body["name"],
        keys=body["keys"],
        own_key_id=own_key_id(),
        **by_caller(),
    )


@blueprint.route("/v1/origins/<origin_id>/admit", methods=["POST"])
@allow(*reversed(ROLES), step="origin.admit")
@blueprint.signed(201, AwaitingOrigin)
def admit_an_origin(origin_id: str) -> Response:
    """Sign a proposed origin; the second signature, of another person and role, admits it."""
    admitting = step_of("ogn", with_awaited(origin_answer), made_when_signed)
    return admitting(step_origin, origin_id, ADMIT, **by_caller())


@blueprint.route("/v1/origins/<origin_id>/end", methods=["POST"])
@allow(*reversed(ROLES), step="origin.end")
@blueprint.response(200, AwaitingOrigin)
def end_an_origin(origin_id: str) -> Response:
    """End an origin: nothing more is taken in from it. One person is enough, and it is final.

    What was taken in before stays, and so does what it blocks.
    """
    ending = step_of("ogn", with_awaited(origin_answer))
    return ending(step_origin, origin_id, END, **by_caller())
