"""A person's own account: what it says, everything that is kept, and the way out."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.points.points import PointsAnswer
from app.auth import LONGEST_LIFETIME, allow, real_now, tokens
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, now, wiring
from app.http.fields import kg, moment
from app.ids import public
from app.store.database import Connection
from app.store.people.accounts import everything_of, read_account
from app.store.points.reading import account
from app.usecases.people.close_account import close_account
from behaviours.people import UnknownOfPerson
from rewards.registry.certificate import sign

blueprint = Blueprint("me", __name__, description="A person's own account and rights.")

EXPORT_FORMAT = "tanpuhui.export/1"


class Me(Schema):
    """The account of the person who asks."""

    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    region = plain.String(metadata={"example": "CN-33"})
    enrolled_at = plain.String(metadata={"format": "date-time"})
    actions = plain.Integer(metadata={"description": "Live ones: reversed ones do not count."})
    reduction_kg = plain.String(metadata={"format": "decimal", "example": "0.046000"})
    points = plain.Nested(PointsAnswer)


@blueprint.route("/v1/me")
@allow("participant")
@blueprint.response(200, Me)
def read_me() -> dict[str, Any]:
    """The account: what was saved, and the points."""
    participant_id, present, zone = asking_participant(), now(), wiring().settings.zone

    def work(connection: Connection) -> dict[str, Any]:
        found = read_account(connection, participant_id)
        if found is None:
            raise UnknownOfPerson("account")
        return {
            "id": public("par", participant_id),
            "region": found.region,
            "enrolled_at": moment(found.enrolled_at),
            "actions": found.actions,
            "reduction_kg": kg(found.saved_mg),
            "points": account(connection, participant_id, present, zone),
        }

    return json_answer(wiring().database.transact(work))


@blueprint.route("/v1/me/export")
@allow("participant")
@blueprint.response(200, Schema(), description="Everything that is kept, signed (Ed25519)")
def export_me() -> Response:
    """Everything that is kept of the person who asks: machine-readable, and signed.

    The signature covers the canonical JSON of the document without its `signature` member.
    """
    participant_id = asking_participant()
    rows = wiring().database.transact(everything_of, participant_id)
    document = {
        "format": EXPORT_FORMAT,
        "id": public("par", participant_id),
        "exported_at": moment(now()),
        "rows": rows,
    }
    response = json_answer(sign(document, wiring().settings.signing_key))
    response.headers["Content-Disposition"] = 'attachment; filename="tanpuhui-export.json"'
    return response


@blueprint.route("/v1/me", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def leave() -> Response:
    """Close the account for good.

    Consents and contributions end, the link to the identity is deleted, points are lost. What is
    sealed in bundles stays there, under an id that means nothing to anybody.
    """
    participant_id, present, real = asking_participant(), now(), real_now()
    names = wiring().database.transact(
        close_account,
        [participant_id],
        access_lifetime=LONGEST_LIFETIME,
        now=present,
        real_now=real,
    )
    tokens().take_note(dict.fromkeys(names, real_now()))
    return Response(status=204)
