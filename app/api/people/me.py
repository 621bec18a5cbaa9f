"""A person's own account: what it says, everything that is kept, and the way out."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import asking_participant, now, wiring
from app.http.fields import Moment, moment
from app.ids import public
from app.shown.departures import DepartureReceipt, departure_receipt
from app.shown.exports import EXPORT_HEADERS, export_document
from app.shown.points import PointsAnswer, points_answer
from app.tokens import LONGEST_LIFETIME, tokens
from app.usecases.people.close_account import close_account
from app.usecases.people.read_account import read_account
from app.usecases.people.read_export import read_export
from behaviours.exports.moving import AskedMove
from behaviours.people import person_behind
from behaviours.rules.units import kg
from behaviours.viewer import Viewer

blueprint = Blueprint("me", __name__, description="A person's own account and rights.")


class BroughtAlong(Schema):
    """The part of a record that is counted in the books of other installations."""

    actions = plain.Integer()
    reduction_kg = plain.String(metadata={"format": "decimal", "example": "12.500000"})


class Me(Schema):
    """The account of the person who asks."""

    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    region = plain.String(metadata={"example": "CN-33"})
    enrolled_at = Moment()
    actions = plain.Integer(metadata={"description": "Live ones: reversed ones do not count."})
    reduction_kg = plain.String(metadata={"format": "decimal", "example": "0.046000"})
    points = plain.Nested(PointsAnswer)
    elsewhere = plain.Nested(
        BroughtAlong,
        metadata={"description": "What was done elsewhere; it is in none of the other numbers."},
    )
    moved_at = Moment(
        allow_none=True,
        metadata={"description": "When I last asked to take my record elsewhere."},
    )


@blueprint.route("/v1/me")
@allow("participant", by_word=True)
@blueprint.response(200, Me)
def read_me() -> Response:
    """The account: what was saved, and the points."""
    return account_of(caller().viewer)


@blueprint.route("/v1/me/export")
@allow("participant")
@blueprint.response(200, ANY_OBJECT, description="Everything that is kept, signed (Ed25519)")
def export_me() -> Response:
    """Everything that is kept of the person who asks: machine-readable, and signed.

    The signature covers the canonical JSON of the document without its `signature` member.
    `inclusions` holds, for each reduction in a sealed bundle, what
    `GET /v1/me/actions/{id}/inclusion` answers, signed by itself: fetch the export before leaving,
    afterwards nobody can. `tanpuhui verify` checks it whole without a server. `schema` says where
    its JSON Schema stands.
    """
    return export_of(caller().viewer)


@blueprint.route("/v1/me", methods=["DELETE"])
@allow("participant")
@blueprint.response(200, DepartureReceipt)
def leave() -> Response:
    """Close the account for good; the answer is the signed receipt of it.

    Fetch the export before: it holds the proofs of what was counted, and nobody can ask for them
    afterwards. What was used of caps and limits, and what is owed, waits for a return. Consents and
    contributions end; external ids and evidence of actions can be read by nobody any more, and
    providers read none of the actions. The link to the identity is deleted, points are lost. What
    is sealed in bundles stays there, under an id that means nothing to anybody. The accounts of
    children whose guardian leaves are paused until another one stands in.
    """
    return closed(asking_participant())


def account_of(viewer: Viewer) -> Response:
    """A person's account as an answer."""
    found = wiring().database.transact(read_account, viewer=viewer, now=now(), zone=wiring().zone)
    moved_at = found.elsewhere.moved_at
    return json_answer(
        {
            "id": public("par", found.participant_id),
            "region": found.saved.region,
            "enrolled_at": moment(found.saved.enrolled_at),
            "actions": found.saved.actions,
            "reduction_kg": kg(found.saved.saved_mg),
            "points": points_answer(found.points),
            "elsewhere": {
                "actions": found.elsewhere.actions,
                "reduction_kg": kg(found.elsewhere.saved_mg),
            },
            "moved_at": moment(moved_at) if moved_at else None,
        }
    )


def export_of(viewer: Viewer, asked: AskedMove | None = None) -> Response:
    """A person's export as an answer; with a move that was asked for it goes elsewhere."""
    export = wiring().database.transact(read_export, viewer=viewer)
    document = export_document(
        export,
        person_behind(viewer),
        asked=asked,
        signing_key=wiring().settings.signing_key,
        now=now(),
    )
    response = json_answer(document, 200 if asked is None else 201)
    response.headers.update(EXPORT_HEADERS)
    return response


def closed(participant_id: UUID, *, guardian: UUID | None = None) -> Response:
    """Close a person's account, and end every token of it at once."""
    left, revoked = wiring().database.transact(
        close_account,
        [participant_id],
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring().clock,
        rulebook=wiring().rulebook,
        tombstone_months=wiring().programme.people.tombstone_months,
        guardian=guardian,
    )
    tokens().take_note(revoked)
    [receipt] = (departure_receipt(each, wiring().settings.signing_key) for each in left)
    return json_answer(receipt)
