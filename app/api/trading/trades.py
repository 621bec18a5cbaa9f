"""Trades: ordered, paid, and delivered against the confirmed payment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Line, MoneyBody, Strict, Tonnes, moment, money
from app.http.once import answer_once
from app.http.pages import as_page, cursor_id, page_of
from app.ids import UnknownId, parse, public
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.trading.trading import Trade, list_trades, read_trade
from app.tokens import Caller
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade

blueprint = Blueprint("trades", __name__, description="Orders, payment and delivery.")


class OrderBody(Strict):
    """How much of a listing."""

    quantity_t = Tonnes(required=True, metadata={"example": "3"})


class PaymentBody(Strict):
    """The reference under which the seller finds the money."""

    payment_reference = Line(required=True, metadata={"example": "ICBC-20260701-000123"})


class TradeAnswer(Schema):
    """An order and what became of it; a null seller is the programme."""

    id = plain.String(metadata={"example": "trd_0199b2c3d4e57f0080000000000000aa"})
    listing_id = plain.String()
    seller_id = plain.String(allow_none=True)
    buyer_id = plain.String()
    quantity_t = plain.String()
    amount = plain.Nested(MoneyBody)
    state = plain.String(
        metadata={"enum": ["reserved", "paid", "delivered", "expired", "cancelled"]}
    )
    payment_reference = plain.String(allow_none=True)
    ordered_at = plain.String(metadata={"format": "date-time"})
    pay_until = plain.String(metadata={"format": "date-time"})
    paid_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    delivered_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    closed_at = plain.String(allow_none=True, metadata={"format": "date-time"})


Trades = page_of(TradeAnswer, "Trades")


@blueprint.route("/v1/listings/<listing_id>/orders", methods=["POST"])
@allow("enterprise")
@blueprint.keyed
@blueprint.arguments(OrderBody, example={"quantity_t": "3"})
@blueprint.response(201, TradeAnswer)
def order_from_listing(body: dict[str, Any], listing_id: str) -> Response:
    """Reserve tonnes of a listing; pay within 30 minutes, or they are offered again."""
    present, known, buyer = now(), parse("lst", listing_id), caller().tenant_id
    assert buyer is not None, "an enterprise's token names it"

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        trade_id = order_units(
            connection, known, quantity_t=body["quantity_t"], buyer_id=buyer, now=present
        )
        return trade_answer(_stored(connection, trade_id)), 201

    return answer_once(work)


@blueprint.route("/v1/trades/<trade_id>/pay", methods=["POST"])
@allow("enterprise")
@blueprint.keyed
@blueprint.arguments(PaymentBody, example={"payment_reference": "ICBC-20260701-000123"})
@blueprint.response(200, TradeAnswer)
def pay_own_order(body: dict[str, Any], trade_id: str) -> Response:
    """Say that the order was paid, and under which reference; 410 when it has lapsed."""
    present, known, buyer = now(), parse("trd", trade_id), caller().tenant_id
    assert buyer is not None, "an enterprise's token names it"

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        paid = pay_trade(
            connection,
            known,
            payment_reference=body["payment_reference"],
            buyer_id=buyer,
            now=present,
        )
        return trade_answer(paid), 200

    return answer_once(work)


@blueprint.route("/v1/trades/<trade_id>/confirm", methods=["POST"])
@allow("operator", "enterprise")
@blueprint.keyed
@blueprint.response(200, TradeAnswer)
def confirm_payment(trade_id: str) -> Response:
    """Confirm that the money came: it is booked and the units are delivered, or neither.

    The seller confirms, which is an operator for the programme; an exchange confirms any trade.
    """
    present, known, who = now(), parse("trd", trade_id), caller()

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        admits = _may_settle(connection, who)
        return trade_answer(confirm_trade(connection, known, admits=admits, now=present)), 200

    return answer_once(work)


@blueprint.route("/v1/trades/<trade_id>/cancel", methods=["POST"])
@allow("operator", "enterprise")
@blueprint.response(200, TradeAnswer)
def cancel_order(trade_id: str) -> Response:
    """Call a trade off: a buyer before paying, the seller or an exchange before delivery.

    Money that was sent is returned outside the books.
    """
    present, known, who = now(), parse("trd", trade_id), caller()

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        settles = _may_settle(connection, who)

        def states_for(trade: Trade) -> tuple[str, ...]:
            if settles(trade):
                return ("reserved", "paid")
            return ("reserved",) if trade.buyer_id == who.tenant_id else ()

        return trade_answer(
            cancel_trade(connection, known, states_for=states_for, now=present)
        ), 200

    return answer_once(work, required=False)


@blueprint.route("/v1/trades")
@allow("operator", "enterprise", "authority")
@blueprint.paged
@blueprint.response(200, Trades)
def list_own_trades() -> Response:
    """What an enterprise bought or sold, newest first; operators see every trade."""
    most, before = cursor_id()
    rows = wiring().database.transact(list_trades, caller().tenant_id, before=before, most=most)
    return as_page([trade_answer(row) for row in rows])


@blueprint.route("/v1/trades/<trade_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, TradeAnswer)
def read_own_trade(trade_id: str) -> Response:
    """One trade, for its two sides, for an exchange that settles it and for operators."""
    known, who = parse("trd", trade_id), caller()

    def read(connection: Connection) -> Trade:
        trade = read_trade(connection, known)
        sides = (None, trade.buyer_id, trade.seller_id) if trade else ()
        if trade is None or not (who.tenant_id in sides or _may_settle(connection, who)(trade)):
            raise UnknownId("There is no trade with this id among yours.")
        return trade

    return jsonify(trade_answer(wiring().database.transact(read)))


def trade_answer(trade: Trade) -> dict[str, Any]:
    """A trade as its sides see it."""
    times = ("ordered_at", "pay_until", "paid_at", "delivered_at", "closed_at")
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
            for name in times
        },
    }


def _stored(connection: Connection, trade_id: Any) -> Trade:
    trade = read_trade(connection, trade_id)
    assert trade is not None, "what was just written is there"
    return trade


def _may_settle(connection: Connection, who: Caller) -> Callable[[Trade], bool]:
    """Whether the caller stands on the seller's side of a trade, or between both."""
    if who.role == "operator":
        return lambda trade: trade.seller_id is None
    assert who.tenant_id is not None, "an enterprise's token names it"
    known = organisation(connection, who.tenant_id)
    exchange = known is not None and known.kind == "exchange"
    return lambda trade: exchange or trade.seller_id == who.tenant_id
