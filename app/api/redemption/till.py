"""The till: prepare, capture, query, reverse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.dry_run import AsIf, tried
from app.http.fields import Day, Line, Moment, Points, PublicId, Strict, moment, refuse
from app.http.once import lasting_reference, once
from app.http.pages import OfAPage, WantedPage, read_page_by
from app.shown.redemptions import (
    MOST_ITEMS,
    MOST_REASON,
    OfferName,
    RedemptionAnswer,
    for_merchant,
    offer_name,
    what_was_used,
)
from app.usecases.redemption.capture import capture
from app.usecases.redemption.prepare import prepare
from app.usecases.redemption.read_sales import read_sales
from app.usecases.redemption.read_till_request import read_till_request
from app.usecases.redemption.reverse_redemption import reverse_redemption
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.viewer import CASHIER
from rewards.points.refund import WhyTakenBack
from rewards.redemption.capture import WantedCapture
from rewards.redemption.cashiers import cashier_of
from rewards.redemption.code import DIGITS
from rewards.redemption.code_use import CodeUsed
from rewards.redemption.refusals import UnknownCode
from rewards.redemption.stores import MERCHANT, TillPlace

blueprint = Blueprint("till", __name__, description="Points at the till, for merchants.")

REQUEST_NO = r"^[0-9A-Za-z_-]{6,40}$"
_REQUEST_NO = re.compile(REQUEST_NO.strip("^$"))
_CODE = re.compile(r"[0-9]{18}")
A_STORE = {
    "example": "store-12",
    "description": "Which of the merchant's stores, as it stated them; kept for bills. A merchant"
    " none of whose stores holds yet may send any text.",
}


class RequestNo(Line):
    """The till's own number of one capture: 6 to 40 of ``0-9 A-Z a-z _ -``."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": REQUEST_NO, "example": "T12-20260301-0001"}
        super().__init__(least=6, most=40, metadata=metadata, **options)

    def read(self, value: Any) -> str:
        text = super().read(value)
        if not _REQUEST_NO.fullmatch(text):
            refuse("NOT_A_REQUEST_NO", least=6, most=40)
        return text


class ShownDigits(Line):
    """The 18 digits that the person shows, and nothing else."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": "^[0-9]{18}$", "example": "620123456789012345"}
        super().__init__(least=DIGITS, most=DIGITS, metadata=metadata, **options)

    def read(self, value: Any) -> str:
        text = super().read(value)
        if not _CODE.fullmatch(text):
            refuse("NOT_A_TILL_CODE")
        return text


class SalesFilter(OfAPage):
    """Which sales."""

    date = Day(metadata={"description": "The civil day; today when left out."})
    store_id = Line(most=64)
    cashier_id = PublicId("usr")


class WantedSales(WantedPage, total=False):
    """As ``SalesFilter`` loads it."""

    date: date
    store_id: str
    cashier_id: UUID


class PrepareBody(Strict):
    """A code that a person shows."""

    code = ShownDigits(required=True)
    store_id = Line(most=64, metadata=A_STORE)


class SentCode(TypedDict):
    """As ``PrepareBody`` loads it."""

    code: str
    store_id: NotRequired[str]


class CaptureBody(Strict):
    """What is handed over for the code."""

    code = ShownDigits(required=True)
    offer_id = PublicId("ofr", required=True)
    out_request_no = RequestNo(required=True)
    store_id = Line(required=True, most=64, metadata=A_STORE)
    quantity = Points(least=1, most=MOST_ITEMS, metadata={"description": "1 when left out."})


class SentCapture(TypedDict):
    """As ``CaptureBody`` loads it."""

    code: str
    offer_id: UUID
    out_request_no: str
    store_id: str
    quantity: NotRequired[int]


class ReverseBody(Strict):
    """How many items are taken back; all that are left when left out."""

    quantity = Points(least=1, most=MOST_ITEMS)
    out_refund_no = RequestNo()
    reason = Line(most=MOST_REASON, metadata={"description": "The person reads it."})


class SentTillReversal(TypedDict):
    """As ``ReverseBody`` loads it."""

    quantity: NotRequired[int]
    out_refund_no: NotRequired[str]
    reason: NotRequired[str]


class PreparedOffer(OfferName):
    """An offer that the code can buy."""

    points = plain.Integer()


class PreparedAnswer(Schema):
    """Only what can be captured now; and nothing about the person."""

    expires_at = Moment()
    offers = plain.List(plain.Nested(PreparedOffer))
    voucher = plain.Nested(RedemptionAnswer, allow_none=True)


@blueprint.route("/v1/merchant/redemptions/prepare", methods=["POST"])
@allow(MERCHANT, CASHIER, hot=True)
@blueprint.arguments(PrepareBody)
@blueprint.response(200, PreparedAnswer)
def prepare_redemption(body: SentCode) -> Response:
    """See what a code can buy here; nothing moves.

    ``offers`` are the merchant's own that the person can have now; it is empty when there is
    none, for example for want of points. A voucher's code shows the redemption that it fetches.
    """
    with _trying_a_code():
        found = wiring().database.transact(
            prepare,
            _merchant(),
            body["code"],
            code_key=wiring().settings.identity_key,
            now=now(),
            store=_place(body.get("store_id")),
            cashier_id=cashier_of(caller().viewer),
        )
    return json_answer(
        {
            "expires_at": moment(found.expires_at),
            "offers": [{**offer_name(offer), "points": offer.points} for offer in found.offers],
            "voucher": for_merchant(found.voucher) if found.voucher else None,
        }
    )


@blueprint.route("/v1/merchant/redemptions/capture", methods=["POST"])
@allow(MERCHANT, CASHIER, hot=True)
@tried(blueprint, CaptureBody, RedemptionAnswer)
def capture_redemption(query: AsIf, body: SentCapture) -> Response:
    """Redeem a code: points, stock and the person's count move together, or not at all.

    ``out_request_no`` is the till's own number and never expires. Sent again with the same
    content it answers what it made, 201 again, as it is by then; with other content 409. After a
    lost answer, send the same number again or query it; never take a new number for the same
    sale. A repeat that comes while the first is running waits for it. A used code is 409 with
    what it redeemed in ``details.redemption``, to the same merchant; an expired one 410.
    """
    wanted = WantedCapture(
        merchant_id=_merchant(),
        code=body["code"],
        offer_id=body["offer_id"],
        out_request_no=body["out_request_no"],
        store_id=body["store_id"],
        quantity=body.get("quantity"),
        cashier_id=cashier_of(caller().viewer),
    )
    key, zone, clock = wiring().settings.identity_key, wiring().zone, wiring().clock
    with _trying_a_code():
        if not query["dry_run"]:
            return once(for_merchant, status=201)(
                capture, wanted, code_key=key, zone=zone, clock=clock
            )
        # A dry run moves nothing, so there is nothing that a key would have to protect.
        redemption = wiring().database.transact(
            capture, wanted, code_key=key, zone=zone, clock=clock, dry_run=True
        )
    return json_answer(for_merchant(redemption, stored=False))


@blueprint.route("/v1/merchant/redemptions")
@allow(MERCHANT, CASHIER)
@blueprint.lists(RedemptionAnswer, "Sales", narrowed_by=SalesFilter)
def list_sales(wanted: WantedSales) -> Response:
    """What was sold in a civil day, newest first, with what was taken back of it since.

    Today's, or those of a `date`; of a store, or of a cashier. A cashier reads the sales of the
    stores that they serve. What a day comes to is told by its closing, the bill and settlements.
    """
    zone = wiring().zone
    return read_page_by(
        lambda row: [row["captured_at"], str(row["id"]).partition("_")[2]],
        lambda last: (datetime.fromisoformat(last[0]), UUID(hex=last[1])),
        for_merchant,
        read_sales,
        caller().viewer,
        wanted.get("date") or civil_day(now(), zone),
        store_no=wanted.get("store_id"),
        cashier_id=wanted.get("cashier_id"),
        zone=zone,
    )


@blueprint.route("/v1/merchant/redemptions/<out_request_no>")
@allow(MERCHANT, CASHIER)
@blueprint.response(200, RedemptionAnswer)
def query_till_request(out_request_no: str) -> JsonObject:
    """Learn what came of a request number; 404 while nothing was captured under it.

    Poll every 5 seconds after a lost answer. A capture that is still on its way succeeds within
    the code's lifetime or never: after that, a 404 is final and the sale did not happen.
    """
    viewer = caller().viewer
    return for_merchant(wiring().database.transact(read_till_request, viewer, out_request_no))


@blueprint.route("/v1/merchant/redemptions/<out_request_no>/reverse", methods=["POST"])
@allow(MERCHANT, CASHIER, hot=True)
@blueprint.keyed
@blueprint.arguments(ReverseBody, required=False)
@blueprint.response(200, RedemptionAnswer)
def reverse_till_request(body: SentTillReversal, out_request_no: str) -> Response:
    """Take a redemption back while the offer's window runs, whole or some items of it.

    Points return to where they came from, and keep their expiry; what expired meanwhile follows
    the offer's `refund_of_expired`. Stock and the person's count return too. Without ``quantity``
    all that is left is reversed, and doing so again answers the same. After the window, or for
    more items than are left: 409. `out_refund_no` is the till's own number of this refund and
    never expires: sent again with the same content it takes nothing
    more. Without it the Idempotency-Key is that number. The person reads the `reason`. A cashier
    always gives one, and takes back only where the merchant said so of them.
    """
    return once(for_merchant)(
        reverse_redemption,
        _merchant(),
        out_request_no,
        quantity=body.get("quantity"),
        out_refund_no=lasting_reference(body.get("out_refund_no")),
        zone=wiring().zone,
        clock=wiring().clock,
        why=WhyTakenBack(reason=body.get("reason"), cashier_id=cashier_of(caller().viewer)),
    )


def _place(store_no: str | None) -> TillPlace | None:
    """Where the till says that it is, today."""
    if store_no is None:
        return None
    return TillPlace(_merchant(), store_no, civil_day(now(), wiring().zone))


def _merchant() -> UUID:
    merchant_id = caller().tenant_id
    assert merchant_id is not None, "a merchant has an organisation"
    return merchant_id


@contextmanager
def _trying_a_code() -> Iterator[None]:
    """A used code is refused with what it redeemed, as its merchant sees redemptions; codes that
    were never shown to anybody are counted, and too many of them stop the cashier, or all tills of
    the merchant."""
    guesses, merchant, cashier_id = wiring().guesses, str(_merchant()), cashier_of(caller().viewer)
    cashier = None if cashier_id is None else str(cashier_id)
    guesses.may_show_codes(merchant, cashier)
    try:
        yield
    except UnknownCode:
        guesses.wrong_code(merchant, cashier)
        raise
    except CodeUsed as used:
        used.facts = what_was_used(used)
        raise
