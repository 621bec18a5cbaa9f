"""Listings: the programme and enterprises offer units at a price; enterprises order them."""

from __future__ import annotations

from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Moment, Money, MoneyBody, PublicId, Strict, Tonnes, moment, money
from app.http.once import once
from app.http.pages import read_one, read_page
from app.ids import parse, public
from app.shown.standing import PartyAnswer, party_or_none
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.list_units import list_units
from app.usecases.trading.read_listing import read_listing
from app.usecases.trading.read_listings import read_listings
from behaviours.json_value import JsonObject
from rewards.trading.listing import KINDS, STATES, OfferedUnits

blueprint = Blueprint("listings", __name__, description="Units for sale.")


class ListingBody(Strict):
    """Whole tonnes of a block, at a price for one tonne."""

    EXAMPLE: ClassVar[JsonObject] = {
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "10",
        "price": {"amount": "65.00", "currency": "CNY"},
    }

    block_id = PublicId("blk", required=True)
    quantity_t = Tonnes(required=True, metadata={"example": "10"})
    price = Money(
        required=True, least_fen=1, metadata={"description": "For one tonne, above nothing."}
    )


class SentListing(TypedDict):
    """As ``ListingBody`` loads it."""

    block_id: UUID
    quantity_t: int
    price: int


class ListingAnswer(Schema):
    """Units for sale; a null seller is the programme."""

    id = plain.String(metadata={"example": "lst_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(
        metadata={
            "enum": list(KINDS),
            "description": "`priced` is ordered; for an `auction` one bids, from `price` on.",
        }
    )
    seller = plain.Nested(
        PartyAnswer,
        allow_none=True,
        metadata={"description": "While it is suspended or closed, nobody can order."},
    )
    bundle_id = plain.String()
    methodology_code = plain.String(allow_none=True)
    vintage = plain.Integer()
    unit_class = plain.String()
    quantity_t = plain.String()
    remaining_t = plain.String()
    price = plain.Nested(MoneyBody)
    state = plain.String(metadata={"enum": list(STATES)})
    created_at = Moment()


@blueprint.route("/v1/listings", methods=["POST"])
@allow("operator", "enterprise", step="listing.open")
@blueprint.arguments(ListingBody, keyed=True)
@blueprint.response(201, ListingAnswer)
def list_for_sale(body: SentListing) -> Response:
    """Offer units: an operator sells for the programme, an enterprise its own."""
    return once(listing_answer, status=201)(
        list_units,
        body["block_id"],
        quantity_t=body["quantity_t"],
        price_fen_per_tonne=body["price"],
        viewer=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/listings")
@allow("operator", "enterprise", "authority")
@blueprint.lists(ListingAnswer, "Listings")
def list_listed_units() -> Response:
    """What is for sale now, newest first."""
    return read_page(listing_answer, read_listings)


@blueprint.route("/v1/listings/<listing_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, ListingAnswer)
def read_one_listing(listing_id: str) -> Response:
    """One listing, open or not."""
    return read_one(listing_answer, read_listing, parse("lst", listing_id))


@blueprint.route("/v1/listings/<listing_id>/close", methods=["POST"])
@allow("operator", "enterprise", step="listing.close")
@blueprint.response(200, ListingAnswer)
def close_own_listing(listing_id: str) -> Response:
    """Take the rest of a listing back; orders that are under way go on."""
    return once(listing_answer, required=False)(
        close_listing, parse("lst", listing_id), viewer=caller().viewer, clock=wiring().clock
    )


def listing_answer(offered: OfferedUnits) -> JsonObject:
    """A listing as buyers read it."""
    listing = offered.listing
    return {
        "id": public("lst", listing.listing_id),
        "kind": listing.kind,
        "seller": party_or_none(offered.seller),
        "bundle_id": public("bdl", offered.bundle_id),
        "methodology_code": offered.methodology,
        "vintage": offered.vintage,
        "unit_class": offered.unit_class,
        "quantity_t": str(listing.quantity_t),
        "remaining_t": str(listing.remaining_t),
        "price": money(listing.price_fen_per_tonne),
        "state": listing.state,
        "created_at": moment(listing.created_at),
    }
