"""Negotiations: one offers units to another at a price, who accepts, refuses or counters."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import (
    Moment,
    Money,
    MoneyBody,
    PublicId,
    Strict,
    Tonnes,
    moment,
    money,
)
from app.http.once import once
from app.http.pages import read_one, read_page
from app.ids import parse, public
from app.shown.standing import PartyAnswer, party, party_or_none
from app.usecases.trading.accept_offer import accept_offer
from app.usecases.trading.counter_offer import counter_offer
from app.usecases.trading.end_negotiation import end_negotiation
from app.usecases.trading.offer_units import offer_units
from app.usecases.trading.read_negotiation import read_negotiation
from app.usecases.trading.read_negotiations import read_negotiations
from behaviours.json_value import JsonObject
from rewards.trading.negotiation import (
    MOST_DAYS,
    REFUSE,
    STATES,
    WITHDRAW,
    PriceOffer,
    Round,
    SeenNegotiation,
)

blueprint = Blueprint("negotiations", __name__, description="Prices that two agree on.")


class PriceOfferBody(Strict):
    """Whole tonnes, a price for one of them, and until when it stands."""

    EXAMPLE: ClassVar[JsonObject] = {
        "quantity_t": "10",
        "price": {"amount": "62.00", "currency": "CNY"},
        "valid_until": "2030-07-08T08:00:00Z",
    }

    quantity_t = Tonnes(required=True, metadata={"example": "10"})
    price = Money(
        required=True, least_fen=1, metadata={"description": "For one tonne, above nothing."}
    )
    valid_until = Moment(
        required=True, metadata={"description": f"Within {MOST_DAYS} days; it lapses then."}
    )


class UnitOfferBody(PriceOfferBody):
    """What is offered, of which block, and to whom."""

    EXAMPLE: ClassVar[JsonObject] = {
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "buyer_id": "org_0199b2c3d4e57f0080000000000000ab",
        **PriceOfferBody.EXAMPLE,
    }

    block_id = PublicId("blk", required=True)
    buyer_id = PublicId("org", required=True)


class SentPriceOffer(TypedDict):
    """As ``PriceOfferBody`` loads it."""

    quantity_t: int
    price: int
    valid_until: datetime


class SentUnitOffer(SentPriceOffer):
    """As ``UnitOfferBody`` loads it."""

    block_id: UUID
    buyer_id: UUID


class PriceOfferAnswer(Schema):
    """What was offered, and until when it stands."""

    quantity_t = plain.String()
    price = plain.Nested(MoneyBody)
    valid_until = Moment()


class NegotiationAnswer(PriceOfferAnswer):
    """A negotiation with what was offered last; a null seller is the programme."""

    id = plain.String(metadata={"example": "ngt_0199b2c3d4e57f0080000000000000aa"})
    seller = plain.Nested(PartyAnswer, allow_none=True)
    buyer = plain.Nested(PartyAnswer)
    block_id = plain.String()
    state = plain.String(
        metadata={
            "enum": list(STATES),
            "description": "`offered`: the buyer is to answer; `countered`: the seller is.",
        }
    )
    rounds = plain.Integer(metadata={"description": "How often something was offered."})
    made_at = Moment()
    closed_at = Moment(allow_none=True)
    trade_id = plain.String(allow_none=True, metadata={"description": "What came of it."})


class NegotiationRoundAnswer(PriceOfferAnswer):
    """One offer of a negotiation, and whose it was."""

    number = plain.Integer()
    by = plain.String(metadata={"enum": ["seller", "buyer"]})
    said_at = Moment()


class WholeNegotiationAnswer(NegotiationAnswer):
    """A negotiation with all that was said, in its order."""

    said = plain.List(plain.Nested(NegotiationRoundAnswer))


@blueprint.route("/v1/negotiations", methods=["POST"])
@allow("operator", "enterprise", step="negotiation.offer")
@blueprint.arguments(UnitOfferBody, keyed=True)
@blueprint.response(201, NegotiationAnswer)
def offer_to_buyer(body: SentUnitOffer) -> Response:
    """Offer units to one buyer: an operator for the programme, an enterprise its own.

    Nothing is reserved until one of the two accepts what the other offered: the same units may be
    offered to several, and the first who accepts has them.
    """
    return once(negotiation_answer, status=201)(
        offer_units,
        body["block_id"],
        _proposal(body),
        buyer_id=body["buyer_id"],
        viewer=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/negotiations")
@allow("operator", "enterprise", "authority")
@blueprint.lists(NegotiationAnswer, "Negotiations")
def list_own_negotiations() -> Response:
    """What an enterprise negotiates, newest first; operators and the authority see all of it."""
    return read_page(negotiation_answer, read_negotiations, viewer=caller().viewer)


@blueprint.route("/v1/negotiations/<negotiation_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, WholeNegotiationAnswer)
def read_own_negotiation(negotiation_id: str) -> Response:
    """One negotiation with all that was said, for its two sides and for the programme."""
    return read_one(_whole, read_negotiation, parse("ngt", negotiation_id), viewer=caller().viewer)


@blueprint.route("/v1/negotiations/<negotiation_id>/counter", methods=["POST"])
@allow("operator", "enterprise", step="negotiation.counter")
@blueprint.arguments(PriceOfferBody, keyed=True)
@blueprint.response(200, NegotiationAnswer)
def counter_an_offer(body: SentPriceOffer, negotiation_id: str) -> Response:
    """Offer something else instead of accepting; the other side's turn is next."""
    return once(negotiation_answer)(
        counter_offer,
        parse("ngt", negotiation_id),
        _proposal(body),
        viewer=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/negotiations/<negotiation_id>/accept", methods=["POST"])
@allow("operator", "enterprise", step="negotiation.accept")
@blueprint.keyed
@blueprint.response(200, NegotiationAnswer)
def accept_an_offer(negotiation_id: str) -> Response:
    """Accept what the other side offered last: `trade_id` is the trade that comes of it.

    The units are reserved from now on; the trade is paid and delivered as any other, and if it
    comes to nothing they are the seller's to dispose of.
    """
    return once(negotiation_answer)(
        accept_offer,
        parse("ngt", negotiation_id),
        terms=wiring().trade_terms,
        viewer=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/negotiations/<negotiation_id>/refuse", methods=["POST"])
@allow("operator", "enterprise", step="negotiation.refuse")
@blueprint.response(200, NegotiationAnswer)
def refuse_an_offer(negotiation_id: str) -> Response:
    """Refuse what the other side offered; the negotiation is over."""
    return _ended(negotiation_id, REFUSE)


@blueprint.route("/v1/negotiations/<negotiation_id>/withdraw", methods=["POST"])
@allow("operator", "enterprise", step="negotiation.withdraw")
@blueprint.response(200, NegotiationAnswer)
def withdraw_an_offer(negotiation_id: str) -> Response:
    """Take back what one offered last oneself; the negotiation is over."""
    return _ended(negotiation_id, WITHDRAW)


def _ended(negotiation_id: str, step: str) -> Response:
    return once(negotiation_answer, required=False)(
        end_negotiation,
        parse("ngt", negotiation_id),
        step=step,
        viewer=caller().viewer,
        clock=wiring().clock,
    )


def negotiation_answer(seen: SeenNegotiation) -> JsonObject:
    """A negotiation as its sides read it."""
    found = seen.negotiation
    return {
        "id": public("ngt", found.negotiation_id),
        "seller": party_or_none(seen.seller),
        "buyer": party(seen.buyer),
        "block_id": public("blk", found.block_id),
        **_proposed(found.proposal),
        "state": found.state,
        "rounds": found.rounds,
        "made_at": moment(found.made_at),
        "closed_at": moment(found.closed_at) if found.closed_at else None,
        "trade_id": public("trd", found.trade_id) if found.trade_id else None,
    }


def _whole(found: tuple[SeenNegotiation, list[Round]]) -> JsonObject:
    seen, said = found
    return {**negotiation_answer(seen), "said": [_said(each) for each in said]}


def _said(each: Round) -> JsonObject:
    return {
        "number": each.number,
        "by": "seller" if each.by_seller else "buyer",
        **_proposed(each.proposal),
        "said_at": moment(each.said_at),
    }


def _proposed(proposal: PriceOffer) -> JsonObject:
    return {
        "quantity_t": str(proposal.quantity_t),
        "price": money(proposal.price_fen_per_tonne),
        "valid_until": moment(proposal.valid_until),
    }


def _proposal(body: SentPriceOffer) -> PriceOffer:
    return PriceOffer(body["quantity_t"], body["price"], body["valid_until"])
