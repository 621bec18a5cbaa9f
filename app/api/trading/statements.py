"""Statements: what an enterprise held and was paid for, from one civil day to another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypedDict

from flask import Response, jsonify
from marshmallow import Schema, ValidationError, fields as plain, validates_schema

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.faults import said
from app.http.fields import Day, Moment, MoneyBody, Strict, moment, money
from app.http.validators import OneOf
from app.ids import public
from app.usecases.trading.read_statement import read_statement
from behaviours.json_value import JsonObject
from rewards.trading.statement import (
    KINDS,
    MONEY_KINDS,
    Holding,
    MoneyMovement,
    MoneyTurned,
    Statement,
    UnitMovement,
    statement_csv,
)

blueprint = Blueprint("statements", __name__, description="What an enterprise held and paid.")

MOST_DAYS = 366
JSON, CSV = FORMS = ("json", "csv")


class SentStatementQuery(TypedDict):
    """As ``StatementQuery`` loads it."""

    first: date
    last: date
    format: str


class StatementQuery(Strict):
    """From which civil day to which, both included, and in which form."""

    first = Day(data_key="from", required=True, metadata={"example": "2026-03-01"})
    last = Day(data_key="to", required=True, metadata={"example": "2026-03-31"})
    format = plain.String(load_default=JSON, validate=OneOf(FORMS), metadata={"enum": list(FORMS)})

    @validates_schema
    def _forward(self, data: SentStatementQuery, **_: Any) -> None:
        first, last = data.get("first"), data.get("last")
        if first and last and not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            raise ValidationError({"to": [said("OUT_OF_RANGE", "days", most=MOST_DAYS)]})


class HeldKindAnswer(Schema):
    """Whole tonnes of one class and vintage."""

    unit_class = plain.String()
    vintage = plain.Integer()
    quantity_t = plain.String(metadata={"example": "12"})


class UnitsAwayAnswer(HeldKindAnswer):
    """Tonnes of a lot at an exchange."""

    lot_id = plain.String()
    exchange_id = plain.String()


class UnitMovementAnswer(Schema):
    """Tonnes of a block that came in, or went out with a minus, and by what."""

    at = Moment()
    kind = plain.String(metadata={"enum": list(KINDS)})
    block_id = plain.String()
    unit_class = plain.String()
    vintage = plain.Integer()
    quantity_t = plain.String(metadata={"example": "-3"})
    reference = plain.String(
        metadata={"description": "The bundle, transfer, trade, retirement or replacement."}
    )


class MoneyMovementAnswer(Schema):
    """What a trade was paid with, or brought."""

    at = Moment()
    kind = plain.String(metadata={"enum": list(MONEY_KINDS)})
    trade_id = plain.String()
    amount = plain.Nested(MoneyBody)


class MoneyTurnedAnswer(Schema):
    """What was paid for units, and earned with them, since the first trade."""

    paid = plain.Nested(MoneyBody)
    earned = plain.Nested(MoneyBody)


class HoldingStatementAnswer(Schema):
    """Closing is opening and the movements together, of units and of money."""

    enterprise_id = plain.String()
    first = plain.String(data_key="from", metadata={"format": "date"})
    last = plain.String(data_key="to", metadata={"format": "date"})
    final = plain.Boolean(metadata={"description": "Whether nothing can change it any more."})
    opening = plain.List(plain.Nested(HeldKindAnswer))
    movements = plain.List(plain.Nested(UnitMovementAnswer))
    closing = plain.List(plain.Nested(HeldKindAnswer))
    at_exchanges = plain.List(
        plain.Nested(UnitsAwayAnswer),
        metadata={"description": "What of the closing stood for sale at exchanges."},
    )
    opening_money = plain.Nested(MoneyTurnedAnswer)
    money_movements = plain.List(plain.Nested(MoneyMovementAnswer))
    closing_money = plain.Nested(MoneyTurnedAnswer)


@blueprint.route("/v1/statements")
@allow("enterprise")
@blueprint.arguments(StatementQuery, location="query")
@blueprint.response(200, HoldingStatementAnswer)
def read_own_statement(query: SentStatementQuery) -> Response:
    """What the enterprise held and was paid for, in a period of a year at the most.

    It is drawn from what was written when it happened: the same period is the same statement once
    it is `final`. `format=csv` is a file in UTF-8 with BOM for spreadsheets, of the same lines.
    """
    first, last, zone = query["first"], query["last"], wiring().zone
    found = wiring().database.transact(
        read_statement, caller().viewer, first=first, last=last, zone=zone, now=now()
    )
    if query["format"] == JSON:
        return jsonify(statement_answer(found))
    return statement_file(
        query, statement_csv(found, zone=zone, currency=wiring().programme.currency)
    )


def statement_file(query: SentStatementQuery, content: bytes) -> Response:
    """A statement as a file to keep."""
    name = f"statement-{query['first'].isoformat()}-{query['last'].isoformat()}.csv"
    return Response(
        content,
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def statement_answer(found: Statement) -> JsonObject:
    """A statement as its enterprise reads it."""
    return {
        "enterprise_id": public("org", found.enterprise_id),
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "final": found.is_final,
        "opening": _held(found.opening),
        "movements": [_unit_movement(each) for each in found.units],
        "closing": _held(found.closing),
        "at_exchanges": [
            {
                "lot_id": public("lst", each.lot_id),
                "exchange_id": public("org", each.exchange_id),
                "unit_class": each.unit_class,
                "vintage": each.vintage,
                "quantity_t": str(each.quantity_t),
            }
            for each in found.away
        ],
        "opening_money": _turned(found.opening_money),
        "money_movements": [_money_movement(each) for each in found.money],
        "closing_money": _turned(found.closing_money),
    }


def _held(held: Holding) -> list[JsonObject]:
    return [
        {"unit_class": kind.unit_class, "vintage": kind.vintage, "quantity_t": str(tonnes)}
        for kind, tonnes in held.items()
    ]


def _unit_movement(each: UnitMovement) -> JsonObject:
    return {
        "at": moment(each.at),
        "kind": each.kind,
        "block_id": public("blk", each.block_id),
        "unit_class": each.unit_class,
        "vintage": each.vintage,
        "quantity_t": str(each.quantity_t),
        "reference": each.reference,
    }


def _money_movement(each: MoneyMovement) -> JsonObject:
    return {
        "at": moment(each.at),
        "kind": each.kind,
        "trade_id": public("trd", each.trade_id),
        "amount": money(each.fen),
    }


def _turned(turned: MoneyTurned) -> JsonObject:
    return {"paid": money(turned.paid_fen), "earned": money(turned.earned_fen)}
