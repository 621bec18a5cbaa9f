"""Statements of merchants: what their days up to a cut-off come to, the bill, and its payment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Final, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.redemption.bills import file_headers
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, Line, Moment, MoneyBody, PublicId, Strict, moment, money
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_one, read_page
from app.http.validators import OneOf
from app.ids import parse, public
from app.usecases.redemption.pay_merchant import pay_merchant
from app.usecases.redemption.read_merchant_statement import read_merchant_statement
from app.usecases.redemption.read_merchant_statements import read_merchant_statements
from app.usecases.redemption.write_merchant_bill import write_merchant_bill
from behaviours.json_value import JsonObject
from behaviours.users import PROGRAMME_ROLES
from rewards.redemption.bill import csv_pieces, json_pieces
from rewards.redemption.merchant_statement import STATES, MerchantStatement
from rewards.redemption.stores import MERCHANT

blueprint = Blueprint(
    "merchant statements", __name__, description="What merchants are owed, and that it was paid."
)

_FORMS = {
    "csv": (csv_pieces, "text/csv; charset=utf-8"),
    "jsonl": (json_pieces, "application/jsonl; charset=utf-8"),
}
# What is longer lies in a file until it was sent.
_IN_MEMORY: Final = 1 << 20
_AT_ONCE: Final = 1 << 16


class OwnStatementFilter(OfAPage):
    """In which state."""

    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})


class WantedOwnStatements(WantedPage, total=False):
    """As ``OwnStatementFilter`` loads it."""

    state: str


class MerchantStatementFilter(OwnStatementFilter):
    """Of which merchant, and in which state."""

    merchant_id = PublicId("org")


class WantedMerchantStatements(WantedOwnStatements, total=False):
    """As ``MerchantStatementFilter`` loads it."""

    merchant_id: UUID


class PayoutAnswer(Schema):
    """The payment of a statement."""

    reference = plain.String(metadata={"example": "ICBC-20270105-000123"})
    paid_on = plain.String(metadata={"format": "date"})
    stated_at = Moment()


class MerchantStatementAnswer(Schema):
    """What the days of a merchant come to: `brought` + `captured` − `reversed` = `due`, or
    `carried` where that is below nothing."""

    id = plain.String(metadata={"example": "mst_0199b2c3d4e57f0080000000000000aa"})
    merchant_id = plain.String()
    number = plain.Integer(metadata={"description": "Each merchant's are counted from one."})
    first_day = plain.String(metadata={"format": "date"})
    last_day = plain.String(metadata={"format": "date"})
    captures = plain.Integer()
    captured = plain.Nested(MoneyBody)
    reversals = plain.Integer()
    reversed = plain.Nested(MoneyBody)
    brought = plain.Nested(
        MoneyBody, metadata={"description": "What the one before left, never above nothing."}
    )
    due = plain.Nested(MoneyBody, metadata={"description": "What the programme pays by it."})
    carried = plain.Nested(
        MoneyBody, metadata={"description": "Brought into the next, never above nothing."}
    )
    state = plain.String(metadata={"enum": list(STATES)})
    drawn_at = Moment()
    payout = plain.Nested(PayoutAnswer, allow_none=True)


class StatementBillQuery(Strict):
    """In which form."""

    format = plain.String(load_default="csv", validate=OneOf(sorted(_FORMS)))


class SentStatementBillQuery(TypedDict):
    """As ``StatementBillQuery`` loads it."""

    format: str


class PayoutBody(Strict):
    """The payment as the bank names it; it pays the whole of what is due."""

    reference = Line(required=True, most=100, metadata={"example": "ICBC-20270105-000123"})
    paid_on = Day(required=True, metadata={"example": "2027-01-05"})


class SentPayout(TypedDict):
    """As ``PayoutBody`` loads it."""

    reference: str
    paid_on: date


@blueprint.route("/v1/merchant/statements")
@allow(MERCHANT)
@blueprint.lists(MerchantStatementAnswer, "OwnStatements", narrowed_by=OwnStatementFilter)
def list_own_statements(wanted: WantedOwnStatements) -> Response:
    """Your statements, newest first: what each cut-off came to, what is due and what was paid."""
    return _statements(caller().tenant_id, wanted.get("state"))


@blueprint.route("/v1/merchant/statements/<statement_id>")
@allow(MERCHANT)
@blueprint.response(200, MerchantStatementAnswer)
def show_own_statement(statement_id: str) -> Response:
    """One of your statements as it stands."""
    return _statement(statement_id)


@blueprint.route("/v1/merchant/statements/<statement_id>/bill")
@allow(MERCHANT)
@blueprint.arguments(StatementBillQuery, location="query")
@blueprint.response(200, content_type="text/csv", description="A line for each that was taken")
def read_bill_of_own_statement(query: SentStatementBillQuery, statement_id: str) -> Response:
    """Get every capture and reversal of a statement's days as a file, with their sum at its end.

    The forms are those of a day's bill; the same statement is the same file, and the
    Content-Digest header holds its SHA-256 (RFC 9530).
    """
    return _bill(statement_id, query["format"])


@blueprint.route("/v1/merchant-statements")
@allow(*PROGRAMME_ROLES)
@blueprint.lists(MerchantStatementAnswer, "MerchantStatements", narrowed_by=MerchantStatementFilter)
def list_merchant_statements(wanted: WantedMerchantStatements) -> Response:
    """Statements of every merchant, newest first, for the programme's people.

    With `state=due` it is the list of what the programme has to pay.
    """
    return _statements(wanted.get("merchant_id"), wanted.get("state"))


@blueprint.route("/v1/merchant-statements/<statement_id>")
@allow(*PROGRAMME_ROLES)
@blueprint.response(200, MerchantStatementAnswer)
def show_merchant_statement(statement_id: str) -> Response:
    """A statement as it stands, as its merchant reads it."""
    return _statement(statement_id)


@blueprint.route("/v1/merchant-statements/<statement_id>/bill")
@allow(*PROGRAMME_ROLES)
@blueprint.arguments(StatementBillQuery, location="query")
@blueprint.response(200, content_type="text/csv", description="A line for each that was taken")
def read_bill_of_statement(query: SentStatementBillQuery, statement_id: str) -> Response:
    """Get the bill of a statement's days as a file, as its merchant gets it."""
    return _bill(statement_id, query["format"])


def _statements(merchant_id: UUID | None, state: str | None) -> Response:
    return read_page(
        merchant_statement_answer,
        read_merchant_statements,
        merchant_id,
        state,
        viewer=caller().viewer,
    )


def _statement(statement_id: str) -> Response:
    return read_one(
        merchant_statement_answer,
        read_merchant_statement,
        parse("mst", statement_id),
        viewer=caller().viewer,
    )


def _bill(statement_id: str, form: str) -> Response:
    pieces, media_type = _FORMS[form]
    written = partial(pieces, zone=wiring().zone, currency=wiring().programme.currency)
    # Open until it was sent.
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        statement = wiring().database.transact(
            write_merchant_bill,
            parse("mst", statement_id),
            file,
            written,
            viewer=caller().viewer,
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()
    length = file.tell()
    name = f"bill-{statement.first_day}-{statement.settlement.on}.{form}"
    headers = {**file_headers(digest, media_type, name), "Content-Length": str(length)}
    answer = Response(_sent(file), headers=headers)
    answer.call_on_close(file.close)
    return answer


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_AT_ONCE):
            yield piece


@blueprint.route("/v1/merchant-statements/<statement_id>/pay", methods=["POST"])
@allow("operator", step="merchant_statement.pay")
@blueprint.arguments(PayoutBody, keyed=True)
@blueprint.response(200, MerchantStatementAnswer)
def pay_merchant_statement(body: SentPayout, statement_id: str) -> Response:
    """State the payment of what is due; the merchant reads it. A payment pays one statement."""
    return once(merchant_statement_answer)(
        pay_merchant,
        parse("mst", statement_id),
        body["reference"],
        body["paid_on"],
        zone=wiring().zone,
        **by_caller(),
    )


def merchant_statement_answer(statement: MerchantStatement) -> JsonObject:
    """A statement as its merchant and the programme read it."""
    days, payout = statement.settlement, statement.payout
    return {
        "id": public("mst", statement.statement_id),
        "merchant_id": public("org", statement.merchant_id),
        "number": statement.number,
        "first_day": statement.first_day.isoformat(),
        "last_day": days.on.isoformat(),
        "captures": days.captures,
        "captured": money(days.captured_fen),
        "reversals": days.reversals,
        "reversed": money(days.reversed_fen),
        "brought": money(statement.brought_fen),
        "due": money(statement.due_fen),
        "carried": money(statement.carried_fen),
        "state": statement.state,
        "drawn_at": moment(statement.drawn_at),
        "payout": None
        if payout is None
        else {
            "reference": payout.reference,
            "paid_on": payout.paid_on.isoformat(),
            "stated_at": moment(payout.stated_at),
        },
    }
