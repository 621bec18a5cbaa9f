"""The till of a merchant that was suspended or closed: what it sold is undone by the programme."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.api.redemption.till import ReverseBody
from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line
from app.http.once import lasting_reference, once
from app.http.signing import kept_when_signed, with_awaited
from app.http.validators import OneOf
from app.ids import parse
from app.shown.proposals import SignedAnswer
from app.shown.redemptions import MOST_REASON, RedemptionAnswer, for_merchant
from app.usecases.redemption.reverse_for_merchant import InItsPlace, reverse_for_merchant
from rewards.points.refund import GROUNDS
from rewards.signing import ROLES

blueprint = Blueprint(
    "stopped till", __name__, description="Sales of merchants that do not take part."
)


class StoppedReversalBody(ReverseBody):
    """How many items are taken back, and why; the person and the merchant read it."""

    reason_code = plain.String(
        required=True, validate=OneOf(GROUNDS), metadata={"enum": list(GROUNDS)}
    )
    reason = Line(
        required=True, most=MOST_REASON, metadata={"example": "The shop closed before the cake."}
    )


class SentStoppedReversal(TypedDict):
    """As ``StoppedReversalBody`` loads it."""

    quantity: NotRequired[int]
    out_refund_no: NotRequired[str]
    reason_code: str
    reason: str


class StoppedReversalAnswer(RedemptionAnswer, SignedAnswer):
    """The sale as its merchant sees it, and whose signatures are awaited."""


@blueprint.route(
    "/v1/organisations/<organisation_id>/redemptions/<out_request_no>/reverse", methods=["POST"]
)
@allow(*reversed(ROLES), step="redemption.reverse_for_merchant")
@blueprint.keyed
@blueprint.arguments(StoppedReversalBody)
@blueprint.signed(200, StoppedReversalAnswer)
def reverse_for_stopped_merchant(
    body: SentStoppedReversal, organisation_id: str, out_request_no: str
) -> Response:
    """Take a sale back for a merchant that is suspended or closed, inside the offer's window.

    As the merchant's own till does it: points return to where they came from. It needs a reason,
    which the person reads with the redemption and the points, and the merchant in its bill. One
    person does it while the bill of the sale's day cannot be drawn; afterwards the money is
    settled, and two of two roles sign the same ground and quantity. A merchant that takes part does
    it by itself: 409.
    """
    asked = InItsPlace(
        parse("org", organisation_id),
        out_request_no,
        body.get("quantity"),
        lasting_reference(body.get("out_refund_no")),
        body["reason_code"],
        body["reason"],
    )
    return once(with_awaited(for_merchant), status=kept_when_signed)(
        reverse_for_merchant, asked, zone=wiring().zone, **by_caller()
    )
