"""Points that are given or taken by hand: by two people of two roles, who say why."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import ClientReference, Line, Strict
from app.http.once import lasting_reference, once
from app.http.signing import made_when_signed, with_awaited
from app.http.validators import Between, OneOf
from app.ids import parse
from app.shown.points import AdjustmentAnswer, adjustment_answer
from app.usecases.points.adjust_points import AdjustingBy, adjust_points
from rewards.points.adjustment import GROUNDS, MOST_BY_HAND, Adjusting, NothingToAdjust

blueprint = Blueprint("adjustments", __name__, description="Points given or taken by hand.")
MOST_REASON = 500


class AdjustmentBody(Strict):
    """How many points, and why; the person reads the ground and the reason."""

    points = plain.Integer(
        strict=True,
        required=True,
        validate=Between(-MOST_BY_HAND, MOST_BY_HAND),
        metadata={"example": 50, "description": "More, or with a minus less; never nought."},
    )
    ground = plain.String(required=True, validate=OneOf(GROUNDS), metadata={"enum": list(GROUNDS)})
    reason = Line(
        required=True, most=MOST_REASON, metadata={"example": "Rides of 3 May were not reported."}
    )
    client_reference = ClientReference()


class SentAdjustment(TypedDict):
    """As ``AdjustmentBody`` loads it."""

    points: int
    ground: str
    reason: str
    client_reference: NotRequired[str]


@blueprint.route("/v1/participants/<participant_id>/adjustments", methods=["POST"])
@allow("operator", "authority", step="points.adjust")
@blueprint.keyed
@blueprint.arguments(AdjustmentBody)
@blueprint.signed(201, AdjustmentAnswer)
def adjust(body: SentAdjustment, participant_id: str) -> Response:
    """Give points to a person, or take what they can spend; both roles send the same.

    The same means the same points, ground, reason and `client_reference`. It stands in the person's
    entries as `adjust`, with the ground and the reason, and apart in every report. Nobody is made
    to owe by it. Points that expired are given back on the ground `reinstated`, never more than
    expired; they are good for as long as what is earned today.
    """
    if not body["points"]:
        raise NothingToAdjust(pointer="/points")
    asked = Adjusting(
        parse("par", participant_id),
        body["points"],
        body["ground"],
        body["reason"],
        lasting_reference(body.get("client_reference")),
        body.get("client_reference"),
    )
    rules = AdjustingBy(wiring().policies, wiring().zone)
    return once(with_awaited(adjustment_answer), status=made_when_signed)(
        adjust_points, asked, rules, **by_caller()
    )
