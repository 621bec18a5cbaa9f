"""Trades: ordered, paid, and delivered against the confirmed payment."""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, wiring
from app.http.fields import (
    ClientReference,
    Line,
    Moment,
    MoneyBody,
    PublicId,
    Strict,
    Tonnes,
    moment,
    money,
)
from app.http.once import lasting_reference, once
from app.http.pages import OfAPage, WantedPage, read_one, read_page
from app.ids import parse, public
from app.shown.standing import PartyAnswer, party, party_or_none
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.usecases.trading.read_trade import read_trade
from app.usecases.trading.read_trades import read_trades
from behaviours.json_value import JsonObject
from rewards.trading.refusals import ExchangeNotNamed
from rewards.trading.trade import STATES, ClosedAt, SeenTrade, Trade

blueprint = Blueprint("trades", __name__, description="Orders, payment and delivery.")


class OrderBody(Strict):
    """How much of a listing."""

    EXAMPLE: ClassVar[JsonObject] = {"quantity_t": "3"}

    quantity_t = Tonnes(required=True, metadata={"example": "3"})
    exchange_id = PublicId(
        "org",
        metadata={"description": "The exchange at which it was closed; it alone settles it then."},
    )
    exchange_tie = Line(
        most=300,
        metadata={
            "description": "What ties the exchange to a side of the trade; without it, one that is"
            " tied is refused."
        },
    )
    client_reference = ClientReference()


class SentOrder(TypedDict):
    """As ``OrderBody`` loads it."""

    quantity_t: int
    exchange_id: NotRequired[UUID]
    exchange_tie: NotRequired[str]
    client_reference: NotRequired[str]


class PaymentBody(Strict):
    """The reference under which the seller finds the money."""

    EXAMPLE: ClassVar[JsonObject] = {"payment_reference": "ICBC-20260701-000123"}

    payment_reference = Line(required=True, metadata={"example": "ICBC-20260701-000123"})


class SentPayment(TypedDict):
    """As ``PaymentBody`` loads it."""

    payment_reference: str


class TradeAnswer(Schema):
    """An order and what became of it; a null seller is the programme."""

    id = plain.String(metadata={"example": "trd_0199b2c3d4e57f0080000000000000aa"})
    listing_id = plain.String()
    seller_id = plain.String(allow_none=True)
    buyer_id = plain.String()
    quantity_t = plain.String()
    amount = plain.Nested(MoneyBody)
    state = plain.String(metadata={"enum": list(STATES)})
    payment_reference = plain.String(allow_none=True)
    ordered_at = Moment()
    pay_until = Moment()
    paid_at = Moment(allow_none=True)
    delivered_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    confirm_by = Moment(
        allow_none=True,
        metadata={"description": "When a payment that nobody confirmed ends it; null: never."},
    )
    alarmed_at = Moment(
        allow_none=True,
        metadata={"description": "When it was said that nobody had confirmed the payment."},
    )
    cleared_at = Moment(allow_none=True)
    clearing = plain.String(
        allow_none=True,
        metadata={"description": "What became of money that nobody confirmed, as the seller says."},
    )
    exchange_id = plain.String(
        allow_none=True, metadata={"description": "Where it was closed; null: at none."}
    )
    exchange_tie = plain.String(
        allow_none=True, metadata={"description": "What ties the exchange to a side, as stated."}
    )


class TradeFilter(OfAPage):
    """Which trades."""

    exchange_id = PublicId(
        "org", metadata={"description": "Those that were closed at this exchange."}
    )


class WantedTrades(WantedPage, total=False):
    """As ``TradeFilter`` loads it."""

    exchange_id: UUID


class SeenTradeAnswer(TradeAnswer):
    """A trade, and whether its two sides take part."""

    seller = plain.Nested(
        PartyAnswer, allow_none=True, metadata={"description": "null: the programme."}
    )
    buyer = plain.Nested(
        PartyAnswer,
        metadata={"description": "While a side is suspended or closed, nobody pays or delivers."},
    )
    exchange = plain.Nested(
        PartyAnswer, allow_none=True, metadata={"description": "Where it was closed."}
    )


@blueprint.route("/v1/listings/<listing_id>/orders", methods=["POST"])
@allow("enterprise", step="trade.order")
@blueprint.arguments(OrderBody, keyed=True)
@blueprint.response(201, TradeAnswer)
def order_from_listing(body: SentOrder, listing_id: str) -> Response:
    """Reserve tonnes of a listing; pay before `pay_until`, or they are offered again.

    A trade that was closed at an exchange names it: it is an organisation of that kind, takes part,
    and is no side of the trade; what ties it to one is stated, or the order is refused.
    """
    return once(trade_answer, status=201)(
        order_units,
        parse("lst", listing_id),
        quantity_t=body["quantity_t"],
        buyer_id=asking_organisation(),
        client_reference=lasting_reference(body.get("client_reference")),
        closed_at=_closed_at(body),
        terms=wiring().trade_terms,
        clock=wiring().clock,
    )


@blueprint.route("/v1/trades/<trade_id>/pay", methods=["POST"])
@allow("enterprise", step="trade.pay")
@blueprint.arguments(PaymentBody, keyed=True)
@blueprint.response(200, TradeAnswer)
def pay_own_order(body: SentPayment, trade_id: str) -> Response:
    """Say that the order was paid, and under which reference; 410 when it has lapsed.

    What nobody confirms by `confirm_by` ends as `unconfirmed`: the units go back, and the payment
    stays on record until the seller says what became of it.
    """
    return once(trade_answer)(
        pay_trade,
        parse("trd", trade_id),
        payment_reference=body["payment_reference"],
        terms=wiring().trade_terms,
        viewer=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/trades/<trade_id>/confirm", methods=["POST"])
@allow("operator", "enterprise", step="trade.confirm")
@blueprint.keyed
@blueprint.response(200, TradeAnswer)
def confirm_payment(trade_id: str) -> Response:
    """Confirm that the money came: it is booked and the units are delivered, or neither.

    The seller confirms, which is an operator for the programme; so does the exchange at which it
    was closed, and of a trade that names none, any.
    """
    return once(trade_answer)(
        confirm_trade, parse("trd", trade_id), viewer=caller().viewer, clock=wiring().clock
    )


@blueprint.route("/v1/trades/<trade_id>/cancel", methods=["POST"])
@allow("operator", "enterprise", step="trade.cancel")
@blueprint.response(200, TradeAnswer)
def cancel_order(trade_id: str) -> Response:
    """Call a trade off: a buyer before paying, the seller or an exchange before delivery.

    Money that was sent is returned outside the books.
    """
    return once(trade_answer, required=False)(
        cancel_trade, parse("trd", trade_id), viewer=caller().viewer, clock=wiring().clock
    )


@blueprint.route("/v1/trades")
@allow("operator", "enterprise", "authority")
@blueprint.lists(SeenTradeAnswer, "Trades", narrowed_by=TradeFilter)
def list_own_trades(wanted: WantedTrades) -> Response:
    """What an enterprise bought or sold, newest first; an exchange reads what names it besides, and
    operators see every trade."""
    return read_page(
        seen_trade,
        read_trades,
        viewer=caller().viewer,
        exchange_id=wanted.get("exchange_id"),
    )


@blueprint.route("/v1/trades/<trade_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, SeenTradeAnswer)
def read_own_trade(trade_id: str) -> Response:
    """One trade, for its two sides, for an exchange that settles it and for operators."""
    return read_one(seen_trade, read_trade, parse("trd", trade_id), viewer=caller().viewer)


def seen_trade(seen: SeenTrade) -> JsonObject:
    """A trade, and how its sides stand."""
    sides = {
        "seller": party_or_none(seen.seller),
        "buyer": party(seen.buyer),
        "exchange": party_or_none(seen.exchange),
    }
    return {**trade_answer(seen.trade), **sides}


def trade_answer(trade: Trade) -> JsonObject:
    """A trade as its sides see it."""
    times = ("ordered_at", "pay_until", "paid_at", "delivered_at", "closed_at")
    waits = ("confirm_by", "alarmed_at", "cleared_at")
    return {
        "id": public("trd", trade.trade_id),
        "listing_id": public("lst", trade.listing_id),
        "seller_id": public("org", trade.seller_id) if trade.seller_id else None,
        "buyer_id": public("org", trade.buyer_id),
        "quantity_t": str(trade.quantity_t),
        "amount": money(trade.amount_fen),
        "state": trade.state,
        "payment_reference": trade.payment_reference,
        **{
            name: moment(value) if (value := getattr(trade, name)) is not None else None
            for name in times + waits
        },
        "clearing": trade.clearing,
        "exchange_id": public("org", trade.exchange_id) if trade.exchange_id else None,
        "exchange_tie": trade.exchange_tie,
    }


def _closed_at(body: SentOrder) -> ClosedAt | None:
    exchange_id, tie = body.get("exchange_id"), body.get("exchange_tie")
    if exchange_id is None:
        if tie is not None:
            raise ExchangeNotNamed(pointer="/exchange_tie")
        return None
    return ClosedAt(exchange_id, tie)
