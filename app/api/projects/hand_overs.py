"""Handing an issue over to a national registry or an exchange: the package of its documents."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Strict
from app.http.validators import OneOf
from app.ids import parse, public
from app.shown.hand_over import hand_over_package
from app.usecases.projects.read_hand_over import read_hand_over
from behaviours.credit_codes import read_credit_code
from rewards.registry.hand_over import RECEIVER_KINDS, Receiver

blueprint = Blueprint("hand_overs", __name__, description="Handing issues over.")


class ReceiverAsked(Strict):
    """Who is given the package."""

    kind = plain.String(
        required=True, validate=OneOf(RECEIVER_KINDS), metadata={"enum": list(RECEIVER_KINDS)}
    )
    name = Line(required=True, metadata={"example": "Guangzhou Emissions Exchange"})
    account = Line(required=True, metadata={"example": "GD-0001"})
    beneficiary_code = Line(
        required=True,
        metadata={
            "example": "91350100M000100Y43",
            "description": "The unified social credit code of whoever has the account.",
        },
    )


class SentReceiver(TypedDict):
    """As ``ReceiverAsked`` loads it."""

    kind: str
    name: str
    account: str
    beneficiary_code: str


@blueprint.route("/v1/monitoring-periods/<period_id>/hand-over.zip")
@allow("enterprise", "operator", "authority")
@blueprint.arguments(ReceiverAsked, location="query")
@blueprint.response(200, Schema, description="The package", content_type="application/zip")
def read_hand_over_package(asked: SentReceiver, period_id: str) -> Response:
    """The package of an issued period for a national registry or an exchange, as a zip.

    `manifest.json` names every file with its size and SHA-256, the serials and the whole tonnes,
    and is signed as certificates are: by the keys of /v1/registry/keys. The package is the same
    byte for byte while the books say the same. It is refused once some of the units were sold,
    listed, retired or suspended.
    """
    code = read_credit_code(asked["beneficiary_code"], pointer="/beneficiary_code")
    receiver = Receiver(asked["kind"], asked["name"], asked["account"], code)
    handed = wiring().database.transact(read_hand_over, parse("mpd", period_id), by=caller().viewer)
    made = hand_over_package(
        handed,
        receiver,
        programme=wiring().programme.name_zh,
        prefix=wiring().programme.serial_prefix,
        signing_key=wiring().settings.signing_key,
    )
    name = public("mpd", handed.period.period_id)
    return Response(
        made,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="hand-over-{name}.zip"'},
    )
