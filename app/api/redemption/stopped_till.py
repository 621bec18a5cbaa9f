"""The till of a merchant that was suspended or closed: what it sold is undone by an operator."""

from __future__ import annotations

from flask import Response

from app.api.redemption.till import ReverseBody, SentTillReversal
from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller
from app.http.once import lasting_reference, once
from app.ids import parse
from app.shown.redemptions import RedemptionAnswer, for_merchant
from app.usecases.redemption.reverse_for_merchant import reverse_for_merchant

blueprint = Blueprint(
    "stopped till", __name__, description="Sales of merchants that do not take part."
)


@blueprint.route(
    "/v1/organisations/<organisation_id>/redemptions/<out_request_no>/reverse", methods=["POST"]
)
@allow("operator", step="redemption.reverse_for_merchant")
@blueprint.keyed
@blueprint.arguments(ReverseBody, required=False)
@blueprint.response(200, RedemptionAnswer)
def reverse_for_stopped_merchant(
    body: SentTillReversal, organisation_id: str, out_request_no: str
) -> Response:
    """Take a sale back for a merchant that is suspended or closed, inside the offer's window.

    As the merchant's own till does it: points return to where they came from. A merchant that takes
    part does it by itself: 409.
    """
    return once(for_merchant)(
        reverse_for_merchant,
        parse("org", organisation_id),
        out_request_no,
        quantity=body.get("quantity"),
        out_refund_no=lasting_reference(body.get("out_refund_no")),
        **by_caller(),
    )
