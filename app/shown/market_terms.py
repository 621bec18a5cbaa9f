"""What the programme says of payments and of use for compliance, as anybody reads it."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from behaviours.compliance_terms import ComplianceTerms
from behaviours.json_value import JsonObject
from behaviours.settlement_terms import CUT_OFFS


class PaymentClocks(Schema):
    """Buyers' payments, in bank days: working days of the calendar. Null: it is not done."""

    pay_within_bank_days = plain.Integer(
        allow_none=True,
        metadata={
            "description": "So long ordered tonnes are kept, instead of `pay_within_seconds`.",
            "example": 3,
        },
    )
    alarm_after_bank_days = plain.Integer(
        allow_none=True,
        metadata={"description": "Then it is said that nobody confirmed one.", "example": 2},
    )
    confirm_within_bank_days = plain.Integer(
        allow_none=True,
        metadata={"description": "Then its trade ends as `unconfirmed`.", "example": 10},
    )


class SettlementClock(Schema):
    """Up to which days statements of merchants are drawn."""

    cut_off = plain.String(
        allow_none=True,
        metadata={"enum": [*CUT_OFFS, None], "description": "Null: none are drawn."},
    )


class BuyerCap(Schema):
    """How many tonnes one enterprise may retire for compliance in a civil year."""

    enterprise_id = plain.String()
    tonnes_per_year = plain.String(metadata={"example": "5000"})


class ComplianceCapsAnswer(Schema):
    """Tonnes that may be retired for compliance in a civil year. Null: without limit."""

    buyer_tonnes_per_year = plain.String(allow_none=True, metadata={"example": "10000"})
    programme_tonnes_per_year = plain.String(allow_none=True, metadata={"example": "1000000"})
    buyers = plain.List(
        plain.Nested(BuyerCap), metadata={"description": "Those that have a cap of their own."}
    )


def caps_shown(terms: ComplianceTerms) -> JsonObject:
    """The caps of one version."""
    return {
        "buyer_tonnes_per_year": _text(terms.by_buyer),
        "programme_tonnes_per_year": _text(terms.by_programme),
        "buyers": [
            {"enterprise_id": f"org_{buyer}", "tonnes_per_year": str(cap_t)}
            for buyer, cap_t in terms.of_buyers.items()
        ],
    }


def _text(cap_t: int | None) -> str | None:
    return None if cap_t is None else str(cap_t)
