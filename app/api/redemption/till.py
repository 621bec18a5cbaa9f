"""The till: prepare, capture, query, reverse."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.dry_run import DryRun
from app.http.fields import Line, Moment, Points, PublicId, Strict, refuse
from app.http.once import answer_once
from app.shown.redemptions import OfferName, RedemptionAnswer, for_merchant, offer_name
from app.store.database import Connection
from app.usecases.redemption.capture import Wanted, capture
from app.usecases.redemption.prepare import prepare
from app.usecases.redemption.query_redemption import query_redemption
from app.usecases.redemption.reverse_redemption import reverse_redemption
from rewards.redemption.code_use import CodeUsed

blueprint = Blueprint("till", __name__, description="Points at the till, for merchants.")

MOST_ITEMS = 1_000
REQUEST_NO = r"^[0-9A-Za-z_-]{6,40}$"
_REQUEST_NO = re.compile(REQUEST_NO.strip("^$"))
A_CODE = {"example": "620123456789012345", "description": "The 18 digits that the person shows."}
A_STORE = {"example": "store-12", "description": "Which of the merchant's shops; kept for bills."}


class RequestNo(Line):
    """The till's own number of one capture: 6 to 40 of ``0-9 A-Z a-z _ -``."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": REQUEST_NO, "example": "T12-20260301-0001"}
        super().__init__(least=6, most=40, metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _REQUEST_NO.fullmatch(text):
            refuse("NOT_A_REQUEST_NO", least=6, most=40)
        return text


class PrepareBody(Strict):
    """A code that a person shows."""

    code = Line(required=True, most=64, metadata=A_CODE)
    store_id = Line(most=64, metadata=A_STORE)


class CaptureBody(Strict):
    """What is handed over for the code."""

    code = Line(required=True, most=64, metadata=A_CODE)
    offer_id = PublicId("ofr", required=True)
    out_request_no = RequestNo(required=True)
    store_id = Line(required=True, most=64, metadata=A_STORE)
    quantity = Points(least=1, most=MOST_ITEMS, metadata={"description": "1 when left out."})


class ReverseBody(Strict):
    """How many items are taken back; all that are left when left out."""

    quantity = Points(least=1, most=MOST_ITEMS)


class PreparedOffer(OfferName):
    """An offer that the code can buy."""

    points = plain.Integer()


class PreparedAnswer(Schema):
    """Only what can be captured now; and nothing about the person."""

    expires_at = Moment()
    offers = plain.List(plain.Nested(PreparedOffer))
    voucher = plain.Nested(RedemptionAnswer, allow_none=True)


@blueprint.route("/v1/merchant/redemptions/prepare", methods=["POST"])
@allow("merchant")
@blueprint.arguments(PrepareBody)
@blueprint.response(200, PreparedAnswer)
def prepare_redemption(body: dict[str, Any]) -> dict[str, Any]:
    """See what a code can buy here; nothing moves.

    ``offers`` are the merchant's own that the person can have now; it is empty when there is
    none, for example for want of points. A voucher's code shows the redemption that it fetches.
    """
    found = _transact(
        prepare, _merchant(), body["code"], code_key=wiring().settings.identity_key, now=now()
    )
    return {
        "expires_at": found.expires_at,
        "offers": [{**offer_name(offer), "points": offer.points} for offer in found.offers],
        "voucher": for_merchant(found.voucher) if found.voucher else None,
    }


@blueprint.route("/v1/merchant/redemptions/capture", methods=["POST"])
@allow("merchant")
@blueprint.keyed
@blueprint.arguments(DryRun, location="query")
@blueprint.arguments(CaptureBody)
@blueprint.response(201, RedemptionAnswer)
@blueprint.alt_response(200, schema=RedemptionAnswer, description="What a dry run would have made")
def capture_redemption(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Redeem a code: points, stock and the person's count move together, or not at all.

    ``out_request_no`` is the till's own number and never expires. Sent again with the same
    content it answers what it made, 201 again, as it is by then; with other content 422. After a
    lost answer, send the same number again or query it; never take a new number for the same
    sale. A repeat that comes while the first is running waits for it. A used code is 409 with
    what it redeemed in ``details.redemption``, to the same merchant; an expired one 410.
    """
    wanted = Wanted(
        merchant_id=_merchant(),
        code=body["code"],
        offer_id=body["offer_id"],
        out_request_no=body["out_request_no"],
        store_id=body["store_id"],
        quantity=body.get("quantity"),
    )
    settings, present, dry = wiring().settings, now(), query["dry_run"]

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        redemption = capture(
            connection, wanted, code_key=settings.identity_key, now=present, dry_run=dry
        )
        return for_merchant(redemption, stored=not dry), 200 if dry else 201

    try:
        # A dry run moves nothing, so there is nothing that a key would have to protect.
        return _dry(work) if dry else answer_once(work)
    except CodeUsed as used:
        raise _with_redemption(used) from None


@blueprint.route("/v1/merchant/redemptions/<out_request_no>")
@allow("merchant")
@blueprint.response(200, RedemptionAnswer)
def query_till_request(out_request_no: str) -> dict[str, Any]:
    """Learn what came of a request number; 404 while nothing was captured under it.

    Poll every 5 seconds after a lost answer. A capture that is still on its way succeeds within
    the code's minute or never: after that, a 404 is final and the sale did not happen.
    """
    return for_merchant(_transact(query_redemption, _merchant(), out_request_no))


@blueprint.route("/v1/merchant/redemptions/<out_request_no>/reverse", methods=["POST"])
@allow("merchant")
@blueprint.keyed
@blueprint.arguments(ReverseBody, required=False)
@blueprint.response(200, RedemptionAnswer)
def reverse_till_request(body: dict[str, Any], out_request_no: str) -> Response:
    """Take a redemption back while the offer's window runs, whole or some items of it.

    Points return to where they came from, and keep their expiry; stock and the person's count
    return too. Without ``quantity`` all that is left is reversed, and doing so again answers the
    same. After the window, or for more items than are left: 409.
    """
    merchant_id, present = _merchant(), now()

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        redemption = reverse_redemption(
            connection, merchant_id, out_request_no, quantity=body.get("quantity"), now=present
        )
        return for_merchant(redemption), 200

    return answer_once(work)


def _merchant() -> UUID:
    merchant_id = caller().tenant_id
    assert merchant_id is not None, "a merchant has an organisation"
    return merchant_id


def _transact(work: Any, *given: Any, **named: Any) -> Any:
    try:
        return wiring().database.transact(work, *given, **named)
    except CodeUsed as used:
        raise _with_redemption(used) from None


def _dry(work: Any) -> Response:
    body, status = _transact(work)
    response = jsonify(body)
    response.status_code = status
    return response


def _with_redemption(used: CodeUsed) -> CodeUsed:
    """The refusal with what the code redeemed, as its merchant sees redemptions."""
    redemption = used.redemption
    details = {"redemption": for_merchant(redemption)} if redemption else None
    return CodeUsed(redemption, details=details)
