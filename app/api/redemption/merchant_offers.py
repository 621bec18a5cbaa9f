"""A merchant's own offers: drafted, changed, closed. An operator publishes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, cast
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import MOST_REGIONS, Line, Moment, Money, Points, Region, Strict
from app.http.once import once
from app.http.pages import read_page
from app.http.revisions import if_match, tagged
from app.http.validators import Count, OneOf
from app.ids import parse
from app.shown.redemptions import (
    A_CATEGORY,
    A_KIND,
    FOR_WHOM,
    HANDED_AGAIN,
    WHEN_SHOWN,
    OwnOffer,
    for_owner,
)
from app.usecases.redemption.change_offer import change_offer
from app.usecases.redemption.draft_offers import draft_offers
from app.usecases.redemption.read_own_offer import read_own_offer as own_offer
from app.usecases.redemption.read_own_offers import read_own_offers
from behaviours.json_value import JsonObject
from rewards.redemption.kinds import CATEGORIES, GOODS, KINDS, MOST_TEXT, OTHER
from rewards.redemption.offer import CLOSED, LONGEST_WINDOW_S, OfferChanges, OfferTerms, ShownOffer
from rewards.redemption.refusals import OfferChanged

blueprint = Blueprint("merchant offers", __name__, description="What merchants give for points.")

USUAL_WINDOW_S = 24 * 3600
USUAL_LIFE = timedelta(days=365)
MOST_STOCK = 10_000_000
MOST_POINTS = 10_000_000


class OfferBody(Strict):
    """A new offer. Points and settlement are for one item."""

    title_zh = Line(required=True, metadata={"example": "拿铁一杯"})
    title_en = Line(required=True, metadata={"example": "One latte"})
    points = Points(required=True, least=1, most=MOST_POINTS)
    settlement_fen = Money(
        required=True,
        data_key="settlement",
        metadata={"description": "What the programme owes the merchant for one item."},
    )
    stock_total = Points(
        required=True,
        most=MOST_STOCK,
        metadata={"description": "0 of vouchers: their stock is the codes that are loaded."},
    )
    per_person_limit = Points(least=1, most=MOST_STOCK, allow_none=True, load_default=None)
    reversal_window_s = Points(most=LONGEST_WINDOW_S, load_default=USUAL_WINDOW_S)
    opens_at = Moment(metadata={"description": "Now, when left out."})
    closes_at = Moment(metadata={"description": "A year after opens_at, when left out."})
    regions = plain.List(Region(), validate=Count(max=MOST_REGIONS), metadata=FOR_WHOM)
    kind = plain.String(load_default=GOODS, validate=OneOf(KINDS), metadata=A_KIND)
    category = plain.String(load_default=OTHER, validate=OneOf(CATEGORIES), metadata=A_CATEGORY)
    text_zh = Line(least=0, most=MOST_TEXT, load_default="")
    text_en = Line(least=0, most=MOST_TEXT, load_default="")
    shown_from = Moment(allow_none=True, load_default=None, metadata=WHEN_SHOWN)
    shown_until = Moment(allow_none=True, load_default=None, metadata=WHEN_SHOWN)
    stock_per_day = Points(least=1, most=MOST_STOCK, allow_none=True, load_default=None)
    stock_per_store = Points(least=1, most=MOST_STOCK, allow_none=True, load_default=None)
    reuses_codes = plain.Boolean(load_default=False, metadata=HANDED_AGAIN)


class SentOffer(TypedDict):
    """As ``OfferBody`` loads it."""

    title_zh: str
    title_en: str
    points: int
    settlement_fen: int
    stock_total: int
    per_person_limit: int | None
    reversal_window_s: int
    opens_at: NotRequired[datetime]
    closes_at: NotRequired[datetime]
    regions: NotRequired[list[str]]
    kind: str
    category: str
    text_zh: str
    text_en: str
    shown_from: datetime | None
    shown_until: datetime | None
    stock_per_day: int | None
    stock_per_store: int | None
    reuses_codes: bool


class OfferChangesBody(Strict):
    """What is named is changed; a published offer changes only in what it says, when
    it is shown, stock, end and state."""

    title_zh = Line()
    title_en = Line()
    points = Points(least=1, most=MOST_POINTS)
    settlement_fen = Money(data_key="settlement")
    stock_total = Points(most=MOST_STOCK)
    per_person_limit = Points(least=1, most=MOST_STOCK, allow_none=True)
    reversal_window_s = Points(most=LONGEST_WINDOW_S)
    opens_at = Moment()
    closes_at = Moment()
    regions = plain.List(Region(), validate=Count(max=MOST_REGIONS), metadata=FOR_WHOM)
    category = plain.String(validate=OneOf(CATEGORIES), metadata=A_CATEGORY)
    text_zh = Line(least=0, most=MOST_TEXT)
    text_en = Line(least=0, most=MOST_TEXT)
    shown_from = Moment(allow_none=True, metadata=WHEN_SHOWN)
    shown_until = Moment(allow_none=True, metadata=WHEN_SHOWN)
    stock_per_day = Points(least=1, most=MOST_STOCK, allow_none=True)
    stock_per_store = Points(least=1, most=MOST_STOCK, allow_none=True)
    reuses_codes = plain.Boolean(metadata=HANDED_AGAIN)
    state = plain.String(validate=OneOf([CLOSED]), metadata={"enum": [CLOSED]})


class SentOfferChanges(OfferChanges, total=False):
    """As ``OfferChangesBody`` loads it."""

    state: str


@blueprint.route("/v1/merchant/offers", methods=["POST"])
@allow("merchant", step="offer.draft")
@blueprint.arguments(OfferBody)
@blueprint.response(201, OwnOffer)
def draft_offer(body: SentOffer) -> Response:
    """Draft an offer with its stock; an operator publishes it."""
    opens_at = body.get("opens_at") or now()
    draft = OfferTerms(
        title_zh=body["title_zh"],
        title_en=body["title_en"],
        points=body["points"],
        settlement_fen=body["settlement_fen"],
        stock_total=body["stock_total"],
        per_person_limit=body["per_person_limit"],
        reversal_window_s=body["reversal_window_s"],
        opens_at=opens_at,
        closes_at=body.get("closes_at") or opens_at + USUAL_LIFE,
        regions=tuple(body.get("regions", ())),
        kind=body["kind"],
        category=body["category"],
        text_zh=body["text_zh"],
        text_en=body["text_en"],
        shown_from=body["shown_from"],
        shown_until=body["shown_until"],
        stock_per_day=body["stock_per_day"],
        stock_per_store=body["stock_per_store"],
        reuses_codes=body["reuses_codes"],
    )

    answer = once(_the_one, status=201, required=False)
    return tagged(answer(draft_offers, _merchant(), [draft], clock=wiring().clock))


@blueprint.route("/v1/merchant/offers")
@allow("merchant")
@blueprint.lists(OwnOffer, "OwnOffers")
def list_own_offers() -> Response:
    """All of the merchant's offers, in every state."""
    return read_page(for_owner, read_own_offers, caller().viewer)


@blueprint.route("/v1/merchant/offers/<offer_id>")
@allow("merchant")
@blueprint.response(200, OwnOffer)
def read_own_offer(offer_id: str) -> Response:
    """One offer, with its revision as ETag."""
    identifier, viewer = parse("ofr", offer_id), caller().viewer
    return tagged(json_answer(for_owner(wiring().database.transact(own_offer, viewer, identifier))))


@blueprint.route("/v1/merchant/offers/<offer_id>", methods=["PATCH"])
@allow("merchant", step="offer.change")
@blueprint.arguments(OfferChangesBody)
@blueprint.response(200, OwnOffer)
def change_own_offer(body: SentOfferChanges, offer_id: str) -> Response:
    """Change a draft, or restock, rename, prolong or close a published offer.

    Send the ETag that was read as If-Match, so that nobody's change is lost: 412 when the offer
    is at another revision by now.
    """
    identifier = parse("ofr", offer_id)
    closing = "state" in body
    changes = {name: value for name, value in body.items() if name != "state"}
    answer = once(for_owner, required=False)
    return tagged(
        answer(
            change_offer,
            _merchant(),
            identifier,
            cast(OfferChanges, changes),
            closing=closing,
            revisions=if_match(OfferChanged("no_revision")),
            clock=wiring().clock,
        )
    )


def _merchant() -> UUID:
    merchant_id = caller().tenant_id
    assert merchant_id is not None, "a merchant has an organisation"
    return merchant_id


def _the_one(drafted: Sequence[ShownOffer]) -> JsonObject:
    (offer,) = drafted
    return for_owner(offer)
