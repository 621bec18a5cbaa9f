"""Settlements of exchanges: what was sold there is told in a file, and settled line by line."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.files.register_file import CSV, read_register, write_register
from app.http.blueprint import Blueprint, load
from app.http.body import WrongMediaType, check_coding, whole_body
from app.http.current import wiring
from app.http.fields import Line, Moment, Money, PublicId, Strict, Tonnes, moment, money
from app.http.languages import preferred_language
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_one, read_page, read_page_by
from app.http.validators import Count, OneOf
from app.ids import parse, public
from app.messages.catalogues import text
from app.usecases.trading.read_settlement import TOLD, read_settlement
from app.usecases.trading.read_settlement_lines import read_settlement_lines
from app.usecases.trading.read_settlements import read_settlements
from app.usecases.trading.send_settlement import send_settlement
from behaviours.json_value import JsonObject
from rewards.trading.exchange_settlement import (
    LINE_STATES,
    MOST_LINES,
    REFUSED,
    STATES,
    CountedSettlement,
    LineFault,
    ReadLine,
    SettledLine,
)

blueprint = Blueprint("exchange-settlements", __name__, description="What exchanges sold.")
_LINE: JsonObject = {
    "number": "T20300301-000017",
    "lot_id": "lst_0199b2c3d4e57f0080000000000000aa",
    "buyer_id": "org_0199b2c3d4e57f0080000000000000ab",
    "quantity_t": "4",
    "price": {"amount": "66.50", "currency": "CNY"},
    "amount": {"amount": "266.00", "currency": "CNY"},
    "payment_reference": "ICBC-20300301-77",
    "traded_at": "2030-03-01T06:30:00Z",
}
TEXT_CSV = "text/csv"
# What the refusal file tells besides, and a file that is sent again may leave in.
WHY = ("line", "code", "pointer", "reason")
COLUMNS = (
    *("number", "lot_id", "buyer_id", "quantity_t", "price.amount", "price.currency"),
    *("amount.amount", "amount.currency", "payment_reference", "traded_at", *WHY),
)
_EXAMPLE = (
    f"{','.join(COLUMNS[:-4])}\r\nT20300301-000017,lst_0199b2c3d4e57f0080000000000000aa,"
    "org_0199b2c3d4e57f0080000000000000ab,4,66.50,CNY,266.00,CNY,ICBC-20300301-77,"
    "2030-03-01T06:30:00Z\r\n"
)
_FILE = {
    "required": True,
    "description": f"At most {MOST_LINES} rows, with the columns"
    f" {', '.join(COLUMNS[:-4])}; the last"
    " four of a refusal file may stay in.",
    "content": {TEXT_CSV: {"schema": {"type": "string"}, "example": _EXAMPLE}},
}


class ExchangeLineBody(Strict):
    """One trade, under the exchange's own number, which never expires."""

    number = Line(required=True, most=64)
    lot_id = PublicId("lst", required=True)
    buyer_id = PublicId("org", required=True)
    quantity_t = Tonnes(required=True)
    price = Money(required=True, least_fen=1, metadata={"description": "For one tonne."})
    amount = Money(required=True, least_fen=1, metadata={"description": "Tonnes times price."})
    payment_reference = Line(required=True, metadata={"description": "It pays one trade."})
    traded_at = Moment(required=True)


class ExchangeSettlementBody(Strict):
    """A file: its reference, and its trades in their order."""

    EXAMPLE: ClassVar[JsonObject] = {"reference": "2030-03-01", "lines": [_LINE]}

    reference = Line(
        required=True,
        most=64,
        metadata={"description": "Your own of the file; as CSV it stands in the query."},
    )
    lines = plain.List(plain.Nested(ExchangeLineBody), required=True, validate=Count(1, MOST_LINES))


class FileReference(Strict):
    """The reference of a file, which has no place for it."""

    reference = Line(
        load_default=None,
        most=64,
        metadata={"description": "Your own of the file; without it, the file's SHA-256."},
    )


class SentFileReference(TypedDict):
    """As ``FileReference`` loads it."""

    reference: str | None


class SentExchangeLine(TypedDict):
    """As ``ExchangeLineBody`` loads it."""

    number: str
    lot_id: UUID
    buyer_id: UUID
    quantity_t: int
    price: int
    amount: int
    payment_reference: str
    traded_at: datetime


class SentExchangeSettlement(TypedDict):
    """As ``ExchangeSettlementBody`` loads it."""

    reference: str
    lines: list[SentExchangeLine]


class ExchangeLineProblem(Schema):
    """Why a line was refused."""

    code = plain.String()
    detail = plain.String()
    pointer = plain.String(metadata={"description": "The member of the line, if it is one."})


class ExchangeLineAnswer(ExchangeLineBody):
    """A line, what became of it, and the trade that it made."""

    line = plain.Integer()
    state = plain.String(metadata={"enum": list(LINE_STATES)})
    trade_id = plain.String(allow_none=True)
    problem = plain.Nested(ExchangeLineProblem, allow_none=True)


class ExchangeSettlementAnswer(Schema):
    """A settlement, and what became of its lines."""

    id = plain.String(metadata={"example": "xst_0199b2c3d4e57f0080000000000000aa"})
    exchange_id = plain.String()
    reference = plain.String()
    sha256 = plain.String(metadata={"description": "Of reference and lines, in any form."})
    state = plain.String(metadata={"enum": list(STATES)})
    lines = plain.Integer()
    waiting = plain.Integer()
    settled = plain.Integer()
    refused = plain.Integer()
    refusals = plain.List(
        plain.Nested(ExchangeLineAnswer), metadata={"description": f"The first {TOLD}."}
    )
    sent_at = Moment()
    ended_at = Moment(allow_none=True)


class ExchangeLineFilter(OfAPage):
    """Lines in one state."""

    state = plain.String(validate=OneOf(LINE_STATES), metadata={"enum": list(LINE_STATES)})


class WantedExchangeLines(WantedPage, total=False):
    """As ``ExchangeLineFilter`` loads it."""

    state: str


@blueprint.route("/v1/exchange-settlements", methods=["POST"])
@allow("enterprise", step="exchange_settlement.send")
@blueprint.arguments(ExchangeSettlementBody)
@blueprint.response(202, ExchangeSettlementAnswer)
def send(body: SentExchangeSettlement) -> Response:
    """An exchange tells what it sold and how it was paid: each line is settled by itself, units and
    money in one moment, or refused with its reason while the others go on.

    The same reference and lines again, here or as a file, are the same settlement; a number that
    was settled before, with the same content, is the trade it made. What was refused is sent again,
    put right, under another reference. With `dry_run=true` the answer says what would become of
    every line.
    """
    return _taken(body)


@blueprint.route("/v1/exchange-settlements/file", methods=["POST"])
@allow("enterprise", step="exchange_settlement.send")
@blueprint.doc(requestBody=_FILE)
@blueprint.arguments(FileReference, location="query")
@blueprint.response(202, ExchangeSettlementAnswer)
def send_file(query: SentFileReference) -> Response:
    """The same as CSV, with a column for each member of a line (`price.amount`, …)."""
    if request.mimetype != TEXT_CSV:
        raise WrongMediaType
    check_coding()
    content = whole_body()
    reference = query["reference"] or hashlib.sha256(content).hexdigest()
    rows = [row.said for row in read_register(content, CSV)]
    lines = [{name: each[name] for name in each if name not in WHY} for each in rows]
    return _taken(load(ExchangeSettlementBody(), {"reference": reference, "lines": lines}))


@blueprint.route("/v1/exchange-settlements")
@allow("operator", "enterprise", "authority")
@blueprint.lists(ExchangeSettlementAnswer, "ExchangeSettlements")
def list_sent() -> Response:
    """What the exchange that asks has sent, newest first, without refusals; operators and the
    authority see everybody's."""
    return read_page(settlement_answer, read_settlements, viewer=caller().viewer)


@blueprint.route("/v1/exchange-settlements/<settlement_id>")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, ExchangeSettlementAnswer)
def read_sent(settlement_id: str) -> Response:
    """One settlement, with what became of it so far."""
    return read_one(
        settlement_answer, read_settlement, parse("xst", settlement_id), viewer=caller().viewer
    )


@blueprint.route("/v1/exchange-settlements/<settlement_id>/lines")
@allow("operator", "enterprise", "authority")
@blueprint.lists(ExchangeLineAnswer, "ExchangeSettlementLines", narrowed_by=ExchangeLineFilter)
def list_lines(wanted: WantedExchangeLines, settlement_id: str) -> Response:
    """The lines in their order, and what became of each."""
    return read_page_by(
        lambda answer: answer["line"],
        int,
        line_answer,
        read_settlement_lines,
        parse("xst", settlement_id),
        viewer=caller().viewer,
        state=wanted.get("state"),
    )


@blueprint.route("/v1/exchange-settlements/<settlement_id>/refused")
@allow("operator", "enterprise", "authority")
@blueprint.response(200, content_type=TEXT_CSV, description="The refused lines, each with why")
def read_refused(settlement_id: str) -> Response:
    """The refused lines as CSV: as they were sent, with `line`, `code`, `pointer` and `reason`.

    Once what is wrong was put right it can be sent as it is, under another reference.
    """
    found = wiring().database.transact(
        read_settlement_lines,
        parse("xst", settlement_id),
        viewer=caller().viewer,
        state=REFUSED,
        after=None,
        most=MOST_LINES,
    )
    name = f"refused-{settlement_id}.csv"
    return Response(
        # Made here, where the reader's language is known; written while they are sent.
        write_register([_refused(each) for each in found], COLUMNS, CSV),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def settlement_answer(read: CountedSettlement) -> JsonObject:
    """A settlement as its exchange reads it."""
    found = read.settlement
    return {
        "id": public("xst", found.settlement_id),
        "exchange_id": public("org", found.exchange_id),
        "reference": found.reference,
        "sha256": found.digest.hex(),
        "state": found.state,
        "lines": found.lines,
        "waiting": read.waiting,
        "settled": read.settled,
        "refused": read.refused,
        "refusals": [line_answer(each) for each in read.refusals],
        "sent_at": moment(found.sent_at),
        "ended_at": moment(found.ended_at) if found.ended_at else None,
    }


def line_answer(read: ReadLine) -> JsonObject:
    """A line as it was sent, and what became of it."""
    said = read.said
    return {
        "line": read.line,
        "number": said.number,
        "lot_id": public("lst", said.lot_id),
        "buyer_id": public("org", said.buyer_id),
        "quantity_t": str(said.quantity_t),
        "price": money(said.price_fen_per_tonne),
        "amount": money(said.amount_fen),
        "payment_reference": said.payment_reference,
        "traded_at": moment(said.traded_at),
        "state": read.state,
        "trade_id": public("trd", read.trade_id) if read.trade_id else None,
        "problem": _problem(read.fault) if read.fault else None,
    }


def _refused(read: ReadLine) -> JsonObject:
    """A refused line as the file has it."""
    assert read.fault is not None, "what is refused has its reason"
    said, problem = line_answer(read), _problem(read.fault)
    why = {
        "line": str(read.line),
        "code": problem["code"],
        "pointer": problem["pointer"],
        "reason": problem["detail"],
    }
    return {name: said[name] for name in ExchangeLineBody().fields} | why


def _problem(fault: LineFault) -> JsonObject:
    return {
        "code": fault.code,
        "detail": text(fault.key, preferred_language(), fault.facts),
        "pointer": fault.pointer,
    }


def _taken(sent: SentExchangeSettlement) -> Response:
    return once(settlement_answer, status=202, required=False)(
        send_settlement,
        sent["reference"],
        [_line_of(each) for each in sent["lines"]],
        terms=wiring().trade_terms,
        viewer=caller().viewer,
        clock=wiring().clock,
    )


def _line_of(sent: SentExchangeLine) -> SettledLine:
    return SettledLine(
        sent["number"],
        sent["lot_id"],
        sent["buyer_id"],
        sent["quantity_t"],
        sent["price"],
        sent["amount"],
        sent["payment_reference"],
        sent["traded_at"],
    )
