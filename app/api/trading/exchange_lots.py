"""Lots at exchanges: units are handed over, stand for sale there, and what is left comes back."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.api.trading.listings import ListingAnswer, listing_answer
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Day, Line, Moment, Money, PublicId, Strict, Tonnes, moment
from app.http.once import once
from app.http.pages import read_one, read_page
from app.http.validators import OneOf
from app.ids import parse, public
from app.shown.standing import PartyAnswer, party
from app.usecases.trading.hand_to_exchange import LotTerms, PrintedAs, hand_to_exchange
from app.usecases.trading.read_exchange_lot import read_exchange_lot
from app.usecases.trading.read_exchange_lots import read_exchange_lots
from app.usecases.trading.take_back_lot import take_back_lot
from behaviours.json_value import JsonObject
from rewards.trading.exchange_lot import MOST_DAYS, SeenLot
from rewards.trading.trade import ClosedAt

blueprint = Blueprint("exchange-lots", __name__, description="Units for sale at exchanges.")

JSON, CSV = FORMS = ("json", "csv")


class ExchangeLotBody(Strict):
    """Whole tonnes of a block, the exchange, the least price, and the day on which they return."""

    EXAMPLE: ClassVar[JsonObject] = {
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "10",
        "least_price": {"amount": "65.00", "currency": "CNY"},
        "exchange_id": "org_0199b2c3d4e57f0080000000000000ac",
        "returns_on": "2030-07-08",
    }

    block_id = PublicId("blk", required=True)
    quantity_t = Tonnes(required=True, metadata={"example": "10"})
    least_price = Money(
        required=True, least_fen=1, metadata={"description": "For one tonne; for less, no sale."}
    )
    exchange_id = PublicId("org", required=True)
    exchange_tie = Line(
        load_default=None,
        most=500,
        metadata={"description": "What ties the exchange to a side, where something does."},
    )
    returns_on = Day(
        required=True,
        metadata={
            "description": "At the begin of this day what is left is the seller's again; within"
            f" {MOST_DAYS} days."
        },
    )


class SentExchangeLot(TypedDict):
    """As ``ExchangeLotBody`` loads it."""

    block_id: UUID
    quantity_t: int
    least_price: int
    exchange_id: UUID
    exchange_tie: str | None
    returns_on: date


class ExchangeLotAnswer(ListingAnswer):
    """Units at an exchange; `price` is the least, `remaining_t` what is neither sold nor back."""

    exchange = plain.Nested(PartyAnswer)
    exchange_tie = plain.String(allow_none=True)
    returns_at = Moment()
    sold_t = plain.String()
    returned_t = plain.String()
    sha256 = plain.String(metadata={"description": "Of the JSON file that was handed over."})
    file_url = plain.String()


class LotFileForm(Strict):
    """Which of the files."""

    format = plain.String(load_default=JSON, validate=OneOf(FORMS), metadata={"enum": list(FORMS)})


class WantedLotFile(TypedDict):
    """As ``LotFileForm`` loads it."""

    format: str


@blueprint.route("/v1/exchange-lots", methods=["POST"])
@allow("operator", "enterprise", step="exchange_lot.hand_over")
@blueprint.arguments(ExchangeLotBody, keyed=True)
@blueprint.response(201, ExchangeLotAnswer)
def hand_over(body: SentExchangeLot) -> Response:
    """Hand units over to an exchange: an operator for the programme, an enterprise its own.

    They are locked from now on. Its file is made now and never again: `…/file` is the JSON document
    with their serials, whose SHA-256 is `sha256`, and the CSV that the document names by its own.
    """
    programme = wiring().programme
    return once(lot_answer, status=201)(
        hand_to_exchange,
        body["block_id"],
        LotTerms(
            body["quantity_t"],
            body["least_price"],
            ClosedAt(body["exchange_id"], body["exchange_tie"]),
            body["returns_on"],
        ),
        printed=PrintedAs(programme.serial_prefix, programme.currency),
        zone=wiring().zone,
        viewer=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/exchange-lots")
@allow("operator", "enterprise", "authority")
@blueprint.lists(ExchangeLotAnswer, "ExchangeLots")
def list_lots() -> Response:
    """What one handed over, or what stands at the exchange that asks, newest first; operators and
    the authority see all of it."""
    return read_page(lot_answer, read_exchange_lots, viewer=caller().viewer)


@blueprint.route("/v1/exchange-lots/<lot_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, ExchangeLotAnswer)
def read_lot(lot_id: str) -> Response:
    """One lot, over or not, for its seller, its exchange and the programme."""
    return read_one(lot_answer, read_exchange_lot, parse("lst", lot_id), viewer=caller().viewer)


@blueprint.route("/v1/exchange-lots/<lot_id>/file")
@allow("operator", "enterprise", "authority")
@blueprint.arguments(LotFileForm, location="query")
@blueprint.response(200, content_type="application/json", description="The file, byte for byte")
def read_file(wanted: WantedLotFile, lot_id: str) -> Response:
    """What was handed over: the document as JSON, or with `format=csv` the serials that it names.

    Both are the same bytes for ever; the document has the SHA-256 of the CSV under `files`.
    """
    seen = wiring().database.transact(
        read_exchange_lot, parse("lst", lot_id), viewer=caller().viewer
    )
    form = wanted["format"]
    name = f"exchange-lot-{seen.lot.listing_id.hex}.{form}"
    content = seen.lot.document if form == JSON else seen.lot.serials_csv
    response = Response(
        content,
        content_type="application/json" if form == JSON else "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    response.set_etag(hashlib.sha256(content).hexdigest())
    return response


@blueprint.route("/v1/exchange-lots/<lot_id>/return", methods=["POST"])
@allow("operator", "enterprise", step="exchange_lot.return")
@blueprint.response(200, ExchangeLotAnswer)
def return_lot(lot_id: str) -> Response:
    """What was not sold is the seller's again: the exchange gives it back at any time, the seller
    takes it from `returns_at` on, when time does so too."""
    return once(lot_answer, required=False)(
        take_back_lot, parse("lst", lot_id), viewer=caller().viewer, clock=wiring().clock
    )


def lot_answer(seen: SeenLot) -> JsonObject:
    """A lot as its sides read it."""
    lot, listing = seen.lot, seen.offered.listing
    left_t = listing.remaining_t
    returned_t = left_t if listing.is_closed else 0
    identifier = public("lst", lot.listing_id)
    return {
        **listing_answer(seen.offered),
        "remaining_t": str(left_t - returned_t),
        "exchange": party(seen.exchange),
        "exchange_tie": lot.tie,
        "returns_at": moment(lot.returns_at),
        "sold_t": str(listing.quantity_t - left_t),
        "returned_t": str(returned_t),
        "sha256": hashlib.sha256(lot.document).hexdigest(),
        "file_url": f"/v1/exchange-lots/{identifier}/file",
    }
