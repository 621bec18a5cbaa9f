"""Listings: the programme and enterprises offer units at a price; enterprises order them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Money, MoneyBody, PublicId, Strict, Tonnes, moment, money
from app.http.once import answer_once
from app.http.pages import as_page, cursor_id, page_of
from app.ids import UnknownId, parse, public
from app.store.database import Connection
from app.store.trading.trading import list_listings
from app.tokens import Caller
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.list_units import list_units

blueprint = Blueprint("listings", __name__, description="Units for sale.")


class ListingBody(Strict):
    """Whole tonnes of a block, at a price for one tonne."""

    block_id = PublicId("blk", required=True)
    quantity_t = Tonnes(required=True, metadata={"example": "10"})
    price = Money(
        required=True, least_fen=1, metadata={"description": "For one tonne, above nothing."}
    )


class ListingAnswer(Schema):
    """Units for sale; a null seller is the programme."""

    id = plain.String(metadata={"example": "lst_0199b2c3d4e57f0080000000000000aa"})
    seller = plain.Dict(allow_none=True)
    bundle_id = plain.String()
    methodology_code = plain.String(allow_none=True)
    vintage = plain.Integer()
    unit_class = plain.String()
    quantity_t = plain.String()
    remaining_t = plain.String()
    price = plain.Nested(MoneyBody)
    state = plain.String(metadata={"enum": ["open", "closed", "sold_out"]})
    created_at = plain.String(metadata={"format": "date-time"})


Listings = page_of(ListingAnswer, "Listings")


@blueprint.route("/v1/listings", methods=["POST"])
@allow("operator", "enterprise")
@blueprint.keyed
@blueprint.arguments(
    ListingBody,
    example={
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "10",
        "price": {"amount": "65.00", "currency": "CNY"},
    },
)
@blueprint.response(201, ListingAnswer)
def list_for_sale(body: dict[str, Any]) -> Response:
    """Offer units: an operator sells for the programme, an enterprise its own."""
    present, seller = now(), seller_of(caller())

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        listing_id = list_units(
            connection,
            body["block_id"],
            quantity_t=body["quantity_t"],
            price_fen_per_tonne=body["price"],
            seller_id=seller,
            now=present,
        )
        (row,) = list_listings(connection, listing_id=listing_id)
        return listing_answer(row), 201

    return answer_once(work)


@blueprint.route("/v1/listings")
@allow("operator", "enterprise", "authority")
@blueprint.paged
@blueprint.response(200, Listings)
def list_listed_units() -> Response:
    """What is for sale now, newest first."""
    most, before = cursor_id()
    rows = wiring().database.transact(list_listings, before=before, most=most)
    return as_page([listing_answer(row) for row in rows])


@blueprint.route("/v1/listings/<listing_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, ListingAnswer)
def read_listing(listing_id: str) -> Response:
    """One listing, open or not."""
    known = parse("lst", listing_id)
    rows = wiring().database.transact(list_listings, listing_id=known, every=True)
    if not rows:
        raise UnknownId("There is no listing with this id.")
    return jsonify(listing_answer(rows[0]))


@blueprint.route("/v1/listings/<listing_id>/close", methods=["POST"])
@allow("operator", "enterprise")
@blueprint.response(200, ListingAnswer)
def close_own_listing(listing_id: str) -> Response:
    """Take the rest of a listing back; orders that are under way go on."""
    present, seller, known = now(), seller_of(caller()), parse("lst", listing_id)

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        close_listing(connection, known, seller_id=seller, now=present)
        (row,) = list_listings(connection, listing_id=known, every=True)
        return listing_answer(row), 200

    return answer_once(work, required=False)


def seller_of(who: Caller) -> UUID | None:
    """For whom a caller sells: an operator for the programme, which is None."""
    return None if who.role == "operator" else who.tenant_id


def listing_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``list_listings``."""
    seller_id = row["seller_id"]
    return {
        "id": public("lst", row["listing_id"]),
        "seller": {"id": public("org", seller_id), "name": row["seller_name"]}
        if seller_id
        else None,
        "bundle_id": public("bdl", row["bundle_id"]),
        "methodology_code": row["methodology"],
        "vintage": row["vintage"],
        "unit_class": row["unit_class"],
        "quantity_t": str(row["quantity_t"]),
        "remaining_t": str(row["remaining_t"]),
        "price": money(row["price_fen_per_tonne"]),
        "state": row["state"],
        "created_at": moment(row["created_at"]),
    }
