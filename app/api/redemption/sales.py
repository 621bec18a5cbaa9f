"""What a merchant sold, page by page."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Day, Line, PublicId
from app.http.pages import OfAPage, WantedPage
from app.http.timed_pages import FIRST, LAST, timed_page, timed_place
from app.http.validators import OneOf
from app.shown.redemptions import RedemptionAnswer, for_merchant
from app.usecases.redemption.read_sales import read_sales
from behaviours.civil_time import day_ends_at, start_of_day
from rewards.redemption.redemption import SOLD_STATES
from rewards.redemption.sales import SoughtSales

blueprint = Blueprint("sales", __name__, description="What a merchant sold.")


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


@blueprint.route("/v1/merchant/redemptions")
@allow("merchant")
@blueprint.lists(RedemptionAnswer, "Sales", narrowed_by=SalesFilter)
def list_sales(wanted: WantedSales) -> Response:
    """What the merchant sold, at its tills and online, the last captured first; each as a query of
    its number shows it. What a day comes to stands in `/v1/merchant/settlements`.
    """
    since, until = _span(wanted.get("day"))
    place = timed_place(until)
    sought = SoughtSales(
        since,
        place.until,
        place.before,
        wanted.get("store_id"),
        wanted.get("offer_id"),
        wanted.get("state"),
    )
    found = wiring().database.transact(read_sales, caller().viewer, sought, most=place.most)
    return timed_page([for_merchant(each) for each in found], "captured_at")


def _span(day: date | None) -> tuple[datetime, datetime]:
    zone = wiring().zone
    return (start_of_day(day, zone), day_ends_at(day, zone)) if day else (FIRST, LAST)
