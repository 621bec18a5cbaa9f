"""The routes of what waits for money: the list, and what is said of money that nobody confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.api.trading.trades import SeenTradeAnswer, TradeAnswer, seen_trade, trade_answer
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Line, Moment, Strict, moment
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page_by
from app.http.validators import OneOf
from app.ids import parse
from app.usecases.trading.clear_trade import clear_trade
from app.usecases.trading.read_waiting_trades import read_waiting_trades
from behaviours.json_value import JsonObject
from rewards.trading.trade import CLEARED, OPEN, REFUNDED, SeenTrade, SoughtTrades

blueprint = Blueprint("waiting_trades", __name__, description="Trades that wait for money.")


class WaitingTradeFilter(OfAPage):
    """Which of what waits."""

    state = plain.String(validate=OneOf(OPEN), metadata={"enum": list(OPEN)})
    alarmed = plain.Boolean(
        metadata={"description": "Whether it was said that nobody confirmed the payment in time."}
    )


class WantedWaitingTrades(WantedPage, total=False):
    """As ``WaitingTradeFilter`` loads it."""

    state: str
    alarmed: bool


class WaitingTradeAnswer(SeenTradeAnswer):
    """A trade that waits for money, or for word of it: since when, for how long, and until when."""

    waits_since = Moment()
    waits_seconds = plain.Integer()
    ends_at = Moment(
        allow_none=True,
        metadata={"description": "When it ends by itself; null: when somebody clears it."},
    )


class ClearingBody(Strict):
    """What became of the money; both sides read it."""

    EXAMPLE: ClassVar[JsonObject] = {
        "outcome": REFUNDED,
        "statement": "Returned on 2026-07-20 under ICBC-20260720-000077.",
    }

    outcome = plain.String(required=True, validate=OneOf(CLEARED), metadata={"enum": list(CLEARED)})
    statement = Line(
        required=True,
        most=300,
        metadata={"description": "The payment back, or where the money was looked for."},
    )


class SentClearing(TypedDict):
    """As ``ClearingBody`` loads it."""

    outcome: str
    statement: str


@blueprint.route("/v1/waiting-trades")
@allow("operator", "enterprise", "authority")
@blueprint.lists(WaitingTradeAnswer, "WaitingTrades", narrowed_by=WaitingTradeFilter)
def list_waiting_trades(wanted: WantedWaitingTrades) -> Response:
    """What waits for money, the oldest order first: not paid, paid and not confirmed, and ended
    without a word of the money.

    Enterprises read what they bought or sold; operators and the authority read all of it.
    """
    at = now()

    def show(seen: SeenTrade) -> JsonObject:
        return waiting_trade(seen, at)

    return read_page_by(
        lambda row: str(row["id"]).partition("_")[2],
        lambda cursor: UUID(hex=cursor),
        show,
        read_waiting_trades,
        SoughtTrades(wanted.get("state"), wanted.get("alarmed")),
        viewer=caller().viewer,
    )


@blueprint.route("/v1/trades/<trade_id>/clear", methods=["POST"])
@allow("operator", "enterprise", step="trade.clear")
@blueprint.arguments(ClearingBody, keyed=True)
@blueprint.response(200, TradeAnswer)
def clear_unconfirmed_trade(body: SentClearing, trade_id: str) -> Response:
    """Say what became of the money of a trade that ended `unconfirmed`: returned, or never come.

    The seller says it, or the exchange that settles the trade. Of money that never came the
    reference may pay another trade.
    """
    return once(trade_answer)(
        clear_trade,
        parse("trd", trade_id),
        outcome=body["outcome"],
        statement=body["statement"],
        viewer=caller().viewer,
        clock=wiring().clock,
    )


def waiting_trade(seen: SeenTrade, at: datetime) -> JsonObject:
    """A trade of the list, at a moment."""
    trade = seen.trade
    return {
        **seen_trade(seen),
        "waits_since": moment(trade.waits_since),
        "waits_seconds": max(0, int((at - trade.waits_since).total_seconds())),
        "ends_at": moment(trade.ends_at) if trade.ends_at else None,
    }
