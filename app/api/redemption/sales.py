"""What a merchant sold, page by page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Day, Line, PublicId
from app.http.pages import OfAPage, WantedPage, limit_and_cursor, page
from app.http.validators import OneOf
from app.shown.redemptions import RedemptionAnswer, for_merchant
from app.usecases.redemption.read_sales import read_sales
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.json_value import JsonObject
from rewards.redemption.redemption import SOLD_STATES
from rewards.redemption.sales import SoughtSales

blueprint = Blueprint("sales", __name__, description="What a merchant sold.")

_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_BEFORE_ALL = UUID(int=0)


class SalesFilter(OfAPage):
    """Of which civil day, store, offer and state."""

    day = Day(metadata={"description": "Captured on this civil day of the programme."})
    store_id = Line(most=64)
    offer_id = PublicId("ofr")
    state = plain.String(validate=OneOf(SOLD_STATES), metadata={"enum": list(SOLD_STATES)})


class WantedSales(WantedPage, total=False):
    """As ``SalesFilter`` loads it."""

    day: date
    store_id: str
    offer_id: UUID
    state: str


class _Place(TypedDict):
    """Where a page goes on."""

    at: str
    id: str


@blueprint.route("/v1/merchant/redemptions")
@allow("merchant")
@blueprint.lists(RedemptionAnswer, "Sales", narrowed_by=SalesFilter)
def list_sales(wanted: WantedSales) -> Response:
    """What the merchant sold, at its tills and online, the last captured first; each as a query of
    its number shows it. What a day comes to stands in `/v1/merchant/settlements`.
    """
    limit, place = limit_and_cursor()
    since, until = _span(wanted.get("day"))
    before = _BEFORE_ALL
    if place is not None:
        until, before = datetime.fromisoformat(place["at"]), UUID(hex=place["id"])
    sought = SoughtSales(
        since, until, before, wanted.get("store_id"), wanted.get("offer_id"), wanted.get("state")
    )
    found = wiring().database.transact(read_sales, caller().viewer, sought, most=limit + 1)
    return json_answer(page([for_merchant(each) for each in found], _place))


def _span(day: date | None) -> tuple[datetime, datetime]:
    zone = wiring().zone
    return (start_of_day(day, zone), day_ends_at(day, zone)) if day else (_FIRST, _LAST)


def _place(answer: JsonObject) -> _Place:
    return {"at": str(answer["captured_at"]), "id": str(answer["id"]).partition("_")[2]}
