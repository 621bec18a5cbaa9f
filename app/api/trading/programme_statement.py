"""The programme's own statement: its units, its reserve, what is short, and whose money it has."""

from __future__ import annotations

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.api.trading.statements import (
    JSON,
    HeldKindAnswer,
    SentStatementQuery,
    StatementQuery,
    statement_file,
)
from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import AS_KG, MoneyBody, money
from app.usecases.trading.read_programme_statement import read_programme_statement
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.trading.programme_statement import (
    KINDS,
    STOCKS,
    ProgrammeBalances,
    ProgrammeStatement,
    StockKind,
    programme_statement_csv,
)

blueprint = Blueprint("programme_statement", __name__, description="What the programme has.")


class StockAnswer(HeldKindAnswer):
    """Whole tonnes of one stock, class and vintage."""

    stock = plain.String(metadata={"enum": list(STOCKS)})


class StockMovementAnswer(StockAnswer):
    """All tonnes of one kind that came, or went with a minus, in the period."""

    kind = plain.String(metadata={"enum": list(KINDS)})


class ProgrammeMoneyAnswer(Schema):
    """The money book: `paid_in` is `in_escrow` and all `of_…` together."""

    paid_in = plain.Nested(MoneyBody, metadata={"description": "By buyers, for all sellers."})
    in_escrow = plain.Nested(MoneyBody)
    of_sellers = plain.Nested(MoneyBody, metadata={"description": "Of enterprises that sold."})
    of_people = plain.Nested(MoneyBody)
    of_sponsors = plain.Nested(MoneyBody, metadata={"description": "For budgets for points."})
    of_programme = plain.Nested(
        MoneyBody,
        metadata={"description": "What the rule for proceeds leaves it; it takes no fee beside."},
    )
    held_for_others = plain.Nested(
        MoneyBody, metadata={"description": "In escrow, of people and of sponsors."}
    )
    unconfirmed = plain.Nested(
        MoneyBody,
        metadata={"description": "Said to be paid, and neither confirmed nor cleared: in no book."},
    )


class ProgrammeBalancesAnswer(Schema):
    """Masses and money at one end of the period."""

    reserve_kg = plain.String(metadata=AS_KG)
    shortfall_kg = plain.String(
        metadata={**AS_KG, "description": "Taken back after the freeze, and not made good."}
    )
    money = plain.Nested(ProgrammeMoneyAnswer)


class ProgrammeStatementAnswer(Schema):
    """Closing is opening and the movements together; balances are those of the books."""

    first = plain.String(data_key="from", metadata={"format": "date"})
    last = plain.String(data_key="to", metadata={"format": "date"})
    final = plain.Boolean(metadata={"description": "Whether nothing can change it any more."})
    opening = plain.List(plain.Nested(StockAnswer))
    movements = plain.List(plain.Nested(StockMovementAnswer))
    closing = plain.List(plain.Nested(StockAnswer))
    opening_balances = plain.Nested(ProgrammeBalancesAnswer)
    closing_balances = plain.Nested(ProgrammeBalancesAnswer)


@blueprint.route("/v1/statements/programme")
@allow("operator", "authority")
@blueprint.arguments(StatementQuery, location="query")
@blueprint.response(200, ProgrammeStatementAnswer)
def read_statement_of_programme(query: SentStatementQuery) -> Response:
    """What the programme had for sale and in its reserve, what was short, and whose money it had.

    It is drawn from the entries of the books, as statements of enterprises are: the same period is
    the same statement once it is `final`. `format=csv` is a file in UTF-8 with BOM.
    """
    found = wiring().database.transact(
        read_programme_statement,
        first=query["first"],
        last=query["last"],
        zone=wiring().zone,
        now=now(),
    )
    if query["format"] == JSON:
        return jsonify(programme_statement_answer(found))
    return statement_file(
        query, programme_statement_csv(found, currency=wiring().programme.currency)
    )


def programme_statement_answer(found: ProgrammeStatement) -> JsonObject:
    """The statement as operators and the authority read it."""
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "final": found.is_final,
        "opening": [_stock(*each) for each in found.opening.items()],
        "movements": [
            {"kind": each.kind, **_stock(each.of, each.quantity_t)} for each in found.movements
        ],
        "closing": [_stock(*each) for each in found.closing.items()],
        "opening_balances": _balances(found.opening_balances),
        "closing_balances": _balances(found.closing_balances),
    }


def _stock(of: StockKind, tonnes: int) -> JsonObject:
    return {**of._asdict(), "quantity_t": str(tonnes)}


def _balances(found: ProgrammeBalances) -> JsonObject:
    return {
        "reserve_kg": kg(found.reserve_mg),
        "shortfall_kg": kg(found.shortfall_mg),
        "money": {
            **{name: money(fen) for name, fen in found.money._asdict().items()},
            "held_for_others": money(found.money.held_for_others),
        },
    }
