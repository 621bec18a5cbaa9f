"""Auctions: the programme and enterprises offer a lot to the highest bid; enterprises bid."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.trading.listings import ListingAnswer, listing_answer
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, wiring
from app.http.fields import (
    Moment,
    Money,
    MoneyBody,
    Points,
    PublicId,
    Strict,
    Tonnes,
    moment,
    money,
)
from app.http.once import once
from app.http.pages import read_one, read_page, read_page_by
from app.ids import parse, public
from app.usecases.trading.open_auction import open_auction
from app.usecases.trading.place_bid import place_bid
from app.usecases.trading.read_auction import read_auction
from app.usecases.trading.read_auctions import read_auctions
from app.usecases.trading.read_bids import read_bids
from behaviours.json_value import JsonObject
from rewards.trading.auction import (
    MOST_DAYS,
    MOST_EXTENSIONS,
    MOST_MINUTES,
    REASONS,
    STATES,
    AuctionTerms,
    Bid,
    SeenAuction,
    names_bidder,
)

blueprint = Blueprint("auctions", __name__, description="Units for the highest bid.")


class AuctionBody(Strict):
    """Whole tonnes of a block as one lot, and the terms, which never change."""

    EXAMPLE: ClassVar[JsonObject] = {
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "10",
        "minimum": {"amount": "60.00", "currency": "CNY"},
        "raise": {"amount": "0.50", "currency": "CNY"},
        "reserve": {"amount": "65.00", "currency": "CNY"},
        "opens_at": "2030-07-01T01:00:00Z",
        "closes_at": "2030-07-03T08:00:00Z",
        "extend_minutes": 5,
        "most_extensions": 12,
        "passes_on": True,
    }

    block_id = PublicId("blk", required=True)
    quantity_t = Tonnes(required=True, metadata={"example": "10"})
    minimum = Money(required=True, least_fen=1, metadata={"description": "The least first bid."})
    least_raise = Money(
        required=True,
        data_key="raise",
        least_fen=1,
        metadata={"description": "By how much a bid is above the one before, at least."},
    )
    reserve = Money(
        least_fen=1,
        metadata={"description": "Below it nothing is sold; bidders read only that there is one."},
    )
    opens_at = Moment(metadata={"description": "When bids are taken from; now, if not named."})
    closes_at = Moment(
        required=True, metadata={"description": f"Within {MOST_DAYS} days; before it bids count."}
    )
    extend_minutes = Points(
        most=MOST_MINUTES,
        load_default=0,
        metadata={
            "description": "A bid in the last so many minutes moves the end by as many; 0: none."
        },
    )
    most_extensions = Points(
        most=MOST_EXTENSIONS, load_default=0, metadata={"description": "How often, at the most."}
    )
    passes_on = plain.Boolean(
        load_default=True,
        metadata={
            "description": "Whether the lot goes to the next bidder, at that one's own bid, when"
            " the winner does not pay in time; else the auction ends then."
        },
    )


class SentAuction(TypedDict):
    """As ``AuctionBody`` loads it."""

    block_id: UUID
    quantity_t: int
    minimum: int
    least_raise: int
    reserve: NotRequired[int]
    opens_at: NotRequired[datetime]
    closes_at: datetime
    extend_minutes: int
    most_extensions: int
    passes_on: bool


class BidBody(Strict):
    """What is offered for one tonne; it is for the whole lot."""

    EXAMPLE: ClassVar[JsonObject] = {"price": {"amount": "66.00", "currency": "CNY"}}

    price = Money(required=True, least_fen=1)


class SentBid(TypedDict):
    """As ``BidBody`` loads it."""

    price: int


class AuctionAnswer(Schema):
    """An auction; who bid is told to each bidder of its own bids, and to the programme."""

    id = plain.String(metadata={"example": "lst_0199b2c3d4e57f0080000000000000aa"})
    listing = plain.Nested(ListingAnswer)
    state = plain.String(metadata={"enum": list(STATES)})
    minimum = plain.Nested(MoneyBody)
    least_raise = plain.Nested(MoneyBody, data_key="raise")
    has_reserve = plain.Boolean()
    reserve_met = plain.Boolean(
        metadata={"description": "Whether the highest bid would buy the lot."}
    )
    opens_at = Moment()
    closes_at = Moment(metadata={"description": "As it was stated when the auction was opened."})
    ends_at = Moment(metadata={"description": "After the extensions so far."})
    latest_end = Moment(metadata={"description": "Later than this it is never extended to."})
    extend_minutes = plain.Integer()
    most_extensions = plain.Integer()
    extensions = plain.Integer()
    passes_on = plain.Boolean()
    bids = plain.Integer(metadata={"description": "How many were taken."})
    highest = plain.Nested(MoneyBody, allow_none=True)
    least_bid = plain.Nested(MoneyBody, metadata={"description": "The least that counts now."})
    leads = plain.Boolean(metadata={"description": "Whether the highest bid is the reader's own."})
    awards = plain.Integer(metadata={"description": "To how many bidders it went so far."})
    reason = plain.String(
        allow_none=True,
        metadata={"enum": [*REASONS, None], "description": "Why it ended without a sale."},
    )
    closed_at = Moment(allow_none=True)


class BidAnswer(Schema):
    """A bid, which binds whoever made it."""

    auction_id = plain.String()
    number = plain.Integer(metadata={"description": "In the order in which bids were taken."})
    price = plain.Nested(MoneyBody)
    made_at = Moment(metadata={"description": "By the clock by which the end is decided."})
    ends_at = Moment(metadata={"description": "The end of the auction after this bid."})
    bidder_id = plain.String(
        allow_none=True, metadata={"description": "null for whom it is somebody else's."}
    )


@blueprint.route("/v1/auctions", methods=["POST"])
@allow("operator", "enterprise", step="auction.open")
@blueprint.arguments(AuctionBody, keyed=True)
@blueprint.response(201, AuctionAnswer)
def open_an_auction(body: SentAuction) -> Response:
    """Offer a lot to the highest bid: an operator for the programme, an enterprise its own.

    The winner gets a trade, which is paid and delivered as any other. What the seller takes back
    before the first bid is closed as any listing is.
    """
    clock = wiring().clock
    terms = AuctionTerms(
        body["minimum"],
        body["least_raise"],
        body.get("reserve"),
        body.get("opens_at") or clock.now(),
        body["closes_at"],
        body["extend_minutes"],
        body["most_extensions"],
        body["passes_on"],
    )
    return once(auction_answer, status=201)(
        open_auction,
        body["block_id"],
        quantity_t=body["quantity_t"],
        terms=terms,
        opens_now="opens_at" not in body,
        viewer=caller().viewer,
        clock=clock,
    )


@blueprint.route("/v1/auctions")
@allow("operator", "enterprise", "authority")
@blueprint.lists(AuctionAnswer, "Auctions")
def list_auctions() -> Response:
    """Auctions of which nobody has the lot yet, newest first."""
    return read_page(auction_answer, read_auctions)


@blueprint.route("/v1/auctions/<auction_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, AuctionAnswer)
def read_one_auction(auction_id: str) -> Response:
    """One auction, running or over, with the terms that were stated when it was opened."""
    return read_one(auction_answer, read_auction, parse("lst", auction_id))


@blueprint.route("/v1/auctions/<auction_id>/bids", methods=["POST"])
@allow("enterprise", step="auction.bid")
@blueprint.arguments(BidBody, keyed=True)
@blueprint.response(201, BidAnswer)
def bid_at_auction(body: SentBid, auction_id: str) -> Response:
    """Bid for the whole lot; a bid binds and is never taken back.

    It counts by the clock of the database, under the lock of the auction. One that is too low is
    refused with the least that counts now. The bid that leads, sent again, is the same bid.
    """
    return once(bid_answer, status=201)(
        place_bid,
        parse("lst", auction_id),
        bidder_id=asking_organisation(),
        price_fen_per_tonne=body["price"],
        clock=wiring().clock,
    )


@blueprint.route("/v1/auctions/<auction_id>/bids")
@allow("operator", "enterprise", "authority")
@blueprint.lists(BidAnswer, "Bids")
def list_bids_of_auction(auction_id: str) -> Response:
    """The bids that were taken, the highest first."""
    return read_page_by(
        lambda row: row["number"], int, bid_answer, read_bids, parse("lst", auction_id)
    )


def auction_answer(seen: SeenAuction) -> JsonObject:
    """An auction as the caller reads it."""
    auction, terms = seen.auction, seen.auction.terms
    return {
        "id": public("lst", auction.listing_id),
        "listing": listing_answer(seen.offered),
        "state": auction.state,
        "minimum": money(terms.minimum_fen_per_tonne),
        "raise": money(terms.raise_fen_per_tonne),
        "has_reserve": terms.reserve_fen_per_tonne is not None,
        "reserve_met": auction.reserve_met,
        **{name: moment(getattr(terms, name)) for name in ("opens_at", "closes_at", "latest_end")},
        "ends_at": moment(auction.ends_at),
        "extend_minutes": terms.extend_minutes,
        "most_extensions": terms.most_extensions,
        "extensions": auction.extensions,
        "passes_on": terms.passes_on,
        "bids": auction.bids,
        "highest": (
            money(auction.highest_fen_per_tonne) if auction.highest_fen_per_tonne else None
        ),
        "least_bid": money(auction.least_fen_per_tonne),
        "leads": auction.leader_id is not None and auction.leader_id == caller().tenant_id,
        "awards": auction.awards,
        "reason": auction.reason,
        "closed_at": moment(auction.closed_at) if auction.closed_at else None,
    }


def bid_answer(bid: Bid) -> JsonObject:
    """A bid as the caller reads it."""
    return {
        "auction_id": public("lst", bid.listing_id),
        "number": bid.number,
        "price": money(bid.price_fen_per_tonne),
        "made_at": moment(bid.made_at),
        "ends_at": moment(bid.ends_at),
        "bidder_id": (public("org", bid.bidder_id) if names_bidder(bid, caller().viewer) else None),
    }
