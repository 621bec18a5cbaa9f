"""The mall: what points buy, for everybody to see; and its routes for operators."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Points, Region, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.validators import OneOf
from app.ids import parse
from app.shown.redemptions import A_CATEGORY, OfferAnswer, OwnOffer, for_everybody, for_owner
from app.usecases.redemption.publish_offer import publish_offer
from app.usecases.redemption.read_draft_offers import read_draft_offers
from app.usecases.redemption.read_offer import read_offer as offer_for
from app.usecases.redemption.read_offers_on_sale import read_offers_on_sale
from rewards.redemption.kinds import CATEGORIES
from rewards.redemption.offer import LONGEST_REFUND_DAYS

blueprint = Blueprint("mall", __name__, description="What points buy.")


class MallFilter(OfAPage):
    """Whose mall."""

    region = Region(
        metadata={
            "description": "What is for people of this province or city, or for everybody.",
            "example": "CN-330100",
        }
    )

    category = plain.String(validate=OneOf(CATEGORIES), metadata=A_CATEGORY)


class WantedMall(WantedPage, total=False):
    """As ``MallFilter`` loads it."""

    region: str
    category: str


class PublishBody(Strict):
    """How refunds of the offer treat points that expired meanwhile."""

    refund_valid_days = Points(
        least=1,
        most=LONGEST_REFUND_DAYS,
        allow_none=True,
        metadata={"description": "For how many days they are good anew; null: they stay expired."},
    )


class SentPublication(TypedDict):
    """As ``PublishBody`` loads it."""

    refund_valid_days: NotRequired[int | None]


@blueprint.route("/v1/offers")
@allow_public
@blueprint.lists(OfferAnswer, "OfferPage", narrowed_by=MallFilter)
def list_offers(wanted: WantedMall) -> Response:
    """What is shown now; sold-out offers are there with nothing left, and what cannot be had yet
    or no more says so by its times."""
    return read_page(
        for_everybody,
        read_offers_on_sale,
        region=wanted.get("region"),
        category=wanted.get("category"),
        now=now(),
    )


@blueprint.route("/v1/offers/<offer_id>")
@allow_public
@blueprint.response(200, OfferAnswer)
def read_offer(offer_id: str) -> Response:
    """One offer, also when its time has not come or is over; drafts are not public."""
    identifier = parse("ofr", offer_id)
    return json_answer(for_everybody(wiring().database.transact(offer_for, None, identifier)))


@blueprint.route("/v1/offers/drafts")
@allow("operator")
@blueprint.lists(OwnOffer, "DraftPage")
def list_drafts() -> Response:
    """What merchants drafted and nobody has published yet."""
    return read_page(for_owner, read_draft_offers, caller().viewer)


@blueprint.route("/v1/offers/<offer_id>/publish", methods=["POST"])
@allow("operator", step="offer.publish")
@blueprint.arguments(PublishBody, required=False)
@blueprint.response(200, OwnOffer)
def publish(body: SentPublication, offer_id: str) -> Response:
    """Put a merchant's draft on sale; publishing twice answers the same.

    Whoever publishes states what becomes of points that are refunded after they expired: by
    `refund_valid_days` they are good for so many days anew, through the end of the last; without
    it they go back to their lot and are lost. It does not change after that.
    """
    return once(for_owner, required=False)(
        publish_offer,
        parse("ofr", offer_id),
        published_by=caller().user_id,
        clock=wiring().clock,
        refund_valid_days=body.get("refund_valid_days"),
    )
