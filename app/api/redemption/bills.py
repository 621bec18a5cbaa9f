"""Bills and settlements: what a merchant is owed, line by line and day by day."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, timedelta
from typing import Any, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, ValidationError, fields as plain, validates_schema

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.faults import said
from app.http.fields import Day, MoneyBody, Strict, money
from app.http.pages import OfAPage, WantedPage, whole_or_page
from app.http.validators import OneOf
from app.ids import parse
from app.usecases.redemption.read_bill import read_bill as lines_of_day
from app.usecases.redemption.read_settlements import read_settlements
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.users import PROGRAMME_ROLES
from rewards.redemption.bill import SettledDay, Settlement, as_csv, as_json_lines
from rewards.redemption.refusals import BillNotReady

blueprint = Blueprint("bills", __name__, description="What merchants are owed.")

USUAL_DAYS = 31
MOST_DAYS = 92
_FORMS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "jsonl": (as_json_lines, "application/jsonl; charset=utf-8"),
}


class BillQuery(Strict):
    """Which civil day, and in which form."""

    bill_date = Day(required=True, metadata={"example": "2026-03-01"})
    format = plain.String(load_default="csv", validate=OneOf(sorted(_FORMS)))


class SentBillQuery(TypedDict):
    """As ``BillQuery`` loads it."""

    bill_date: date
    format: str


class SentSettlementQuery(WantedPage, total=False):
    """As ``SettlementQuery`` loads it."""

    first: date
    last: date


class SettlementQuery(OfAPage):
    """From which civil day to which, both included; the last 31 when left out."""

    first = Day(data_key="from")
    last = Day(data_key="to")

    @validates_schema
    def _forward(self, data: SentSettlementQuery, **_: Any) -> None:
        first, last = data.get("first"), data.get("last")
        if first and last and not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            raise ValidationError({"to": [said("OUT_OF_RANGE", "days", most=MOST_DAYS)]})


class Moved(Schema):
    """What was captured, or reversed, on a day."""

    count = plain.Integer()
    items = plain.Integer()
    points = plain.Integer()
    amount = plain.Nested(MoneyBody)


class SettlementAnswer(Schema):
    """One civil day; ``final`` once its bill can be drawn."""

    on = plain.String(metadata={"format": "date"})
    captured = plain.Nested(Moved)
    reversed = plain.Nested(Moved)
    net = plain.Nested(MoneyBody, metadata={"description": "Captured less reversed; may be < 0."})
    final = plain.Boolean()


@blueprint.route("/v1/merchant/bills")
@allow("merchant")
@blueprint.arguments(BillQuery, location="query")
@blueprint.response(200, content_type="text/csv", description="A line for each that was taken")
def read_bill(query: SentBillQuery) -> Response:
    """Get the bill of a civil day as a file, from ten minutes after its end.

    Each capture and each reversal is a line on the day on which it happened; a summary follows.
    ``format=csv`` is UTF-8 with BOM for spreadsheets, ``format=jsonl`` one object a line. The
    Content-Digest header holds the file's SHA-256 (RFC 9530); the same day is the same file.
    """
    return _bill(query, None)


@blueprint.route("/v1/organisations/<organisation_id>/bills")
@allow(*PROGRAMME_ROLES)
@blueprint.arguments(BillQuery, location="query")
@blueprint.response(200, content_type="text/csv", description="A line for each that was taken")
def read_bill_of_merchant(query: SentBillQuery, organisation_id: str) -> Response:
    """Get the bill of a merchant's civil day as a file, as the merchant itself gets it."""
    return _bill(query, parse("org", organisation_id))


@blueprint.route("/v1/merchant/settlements")
@allow("merchant")
@blueprint.lists(SettlementAnswer, "SettlementPage", narrowed_by=SettlementQuery)
def list_settlements(query: SentSettlementQuery) -> JsonObject:
    """What each civil day comes to: the sum of its bill, to the fen."""
    return _settlements(query, None)


@blueprint.route("/v1/organisations/<organisation_id>/settlements")
@allow(*PROGRAMME_ROLES)
@blueprint.lists(SettlementAnswer, "SettlementsOfMerchant", narrowed_by=SettlementQuery)
def list_settlements_of_merchant(query: SentSettlementQuery, organisation_id: str) -> JsonObject:
    """What each civil day of a merchant comes to, as the merchant itself reads it."""
    return _settlements(query, parse("org", organisation_id))


def _settlements(query: SentSettlementQuery, merchant_id: UUID | None) -> JsonObject:
    present, zone = now(), wiring().zone
    last = query.get("last") or civil_day(present, zone)
    first = query.get("first") or last - timedelta(days=USUAL_DAYS - 1)
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    days = wiring().database.transact(
        read_settlements,
        caller().viewer,
        first=first,
        last=last,
        zone=zone,
        now=present,
        merchant_id=merchant_id,
    )
    return whole_or_page([_day(each) for each in days])


def _bill(query: SentBillQuery, merchant_id: UUID | None) -> Response:
    on, zone = query["bill_date"], wiring().zone
    try:
        lines = wiring().database.transact(
            lines_of_day, caller().viewer, on, zone=zone, now=now(), merchant_id=merchant_id
        )
    except BillNotReady as refusal:
        refusal.pointer = "?bill_date"
        raise
    write, media_type = _FORMS[query["format"]]
    file = write(on, lines, zone=zone, currency=wiring().programme.currency)
    name = f"bill-{on.isoformat()}.{query['format']}"
    return Response(file, headers=file_headers(hashlib.sha256(file).digest(), media_type, name))


def file_headers(digest: bytes, media_type: str, name: str) -> dict[str, str]:
    """Of a file that is handed out whole: its type, its SHA-256 (RFC 9530) and its name."""
    return {
        "Content-Type": media_type,
        "Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        "Content-Disposition": f'attachment; filename="{name}"',
    }


def _day(settled: SettledDay) -> JsonObject:
    s = settled.settlement
    return {
        "on": s.on.isoformat(),
        **moved(s),
        "net": money(s.net_fen),
        "final": settled.is_final,
    }


def moved(s: Settlement) -> JsonObject:
    """What was captured and what was reversed, each as ``Moved``."""
    return {
        "captured": {
            "count": s.captures,
            "items": s.captured_items,
            "points": s.captured_points,
            "amount": money(s.captured_fen),
        },
        "reversed": {
            "count": s.reversals,
            "items": s.reversed_items,
            "points": s.reversed_points,
            "amount": money(s.reversed_fen),
        },
    }
