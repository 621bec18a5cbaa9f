"""Closing the days of a merchant's stores."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.redemption.bills import Moved, moved
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, Line, Moment, MoneyBody, Strict, moment, money
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.ids import public
from app.usecases.redemption.close_day import close_day
from app.usecases.redemption.read_closings import read_closings
from behaviours.json_value import JsonObject
from behaviours.viewer import CASHIER
from rewards.redemption.closings import TillClosing
from rewards.redemption.stores import MERCHANT

blueprint = Blueprint("closings", __name__, description="Closing the days of stores.")


class ClosingBody(Strict):
    """Which store's day."""

    store_id = Line(required=True, most=64, metadata={"example": "store-12"})
    day = Day(metadata={"description": "Today when left out."})


class SentClosing(TypedDict):
    """As ``ClosingBody`` loads it."""

    store_id: str
    day: NotRequired[date]


class ClosingFilter(OfAPage):
    """Of which store."""

    store_id = Line(most=64)


class WantedClosings(WantedPage, total=False):
    """As ``ClosingFilter`` loads it."""

    store_id: str


class ClosingAnswer(Schema):
    """A closed day: everything from ``starts_at`` on and before ``ends_at``."""

    id = plain.String(metadata={"example": "tcl_0199b2c3d4e57f0080000000000000aa"})
    store_id = plain.String()
    number = plain.Integer(metadata={"description": "1, 2, 3 … of the store, without a gap."})
    day = plain.String(metadata={"format": "date"})
    captured = plain.Nested(Moved)
    reversed = plain.Nested(Moved)
    net_points = plain.Integer(metadata={"description": "Captured less reversed; may be < 0."})
    net = plain.Nested(MoneyBody)
    starts_at = Moment()
    ends_at = Moment()
    closed_at = Moment()
    closed_by = plain.String(
        metadata={"description": "The user, or the merchant (`org_…`) by its own program."}
    )


@blueprint.route("/v1/merchant/closings", methods=["POST"])
@allow(MERCHANT, CASHIER, step="till.close")
@blueprint.arguments(ClosingBody)
@blueprint.response(201, ClosingAnswer)
def close_store(body: SentClosing) -> Response:
    """Close a store's day: what its tills took and gave back is counted, and never changes.

    What is sold or taken back afterwards is counted in the store's next closing; a day that nobody
    closed is counted with the next one that is. A day that is closed is answered as it was. With
    `dry_run=true` it says what the day comes to until now, and closes nothing.
    """
    return once(_shown, status=201, required=False)(
        close_day, body["store_id"], body.get("day"), zone=wiring().zone, **by_caller()
    )


@blueprint.route("/v1/merchant/closings")
@allow(MERCHANT, CASHIER)
@blueprint.lists(ClosingAnswer, "Closings", narrowed_by=ClosingFilter)
def list_closings(wanted: WantedClosings) -> Response:
    """Closed days of your stores, newest first; a cashier reads those of the stores they serve."""
    return read_page(_shown, read_closings, caller().viewer, wanted.get("store_id"))


def _shown(closing: TillClosing) -> JsonObject:
    s, by_program = closing.settlement, closing.closed_by == closing.merchant_id
    return {
        "id": public("tcl", closing.closing_id),
        "store_id": closing.store.store_no,
        "number": closing.number,
        "day": s.on.isoformat(),
        **moved(s),
        "net_points": s.captured_points - s.reversed_points,
        "net": money(s.net_fen),
        "starts_at": moment(closing.starts_at),
        "ends_at": moment(closing.ends_at),
        "closed_at": moment(closing.closed_at),
        "closed_by": public("org" if by_program else "usr", closing.closed_by),
    }
