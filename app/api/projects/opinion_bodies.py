"""What is sent in the verification of a monitoring period, and to decide on its issue."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.fields import DecimalText, Line, PublicId, Strict
from app.http.validators import OneOf
from behaviours.json_value import JsonObject
from behaviours.projects.verification import POSITIVE, SCALES, SMALL, VERDICTS, NewOpinion

_MG_PER_KG = 1_000_000


class PeriodReasonBody(Strict):
    """Why."""

    EXAMPLE: ClassVar[JsonObject] = {"reason": "The readings were made up."}

    reason = Line(required=True, most=2_000)


class SentPeriodReason(TypedDict):
    """As ``PeriodReasonBody`` loads it."""

    reason: str


class ReportReasonBody(Strict):
    """Why more was reduced than expected, where it was."""

    EXAMPLE: ClassVar[JsonObject] = {"reason": "More hours of sun than in the design."}

    reason = Line(most=2_000)


class SentReportReason(TypedDict):
    """As ``ReportReasonBody`` loads it."""

    reason: NotRequired[str]


class SeatBody(Strict):
    """The body that verifies."""

    EXAMPLE: ClassVar[JsonObject] = {"verifier_id": "org_0199b2c3d4e57f0080000000000000aa"}

    verifier_id = PublicId("org", required=True)


class SentSeat(TypedDict):
    """As ``SeatBody`` loads it."""

    verifier_id: UUID


class PeriodOpinionBody(Strict):
    """The opinion on the report; only a positive one deducts."""

    EXAMPLE: ClassVar[JsonObject] = {
        "verdict": POSITIVE,
        "scale": SMALL,
        "deduction_kg": "225.018750",
        "uncorrected_kg": "225.018750",
        "statement": "Reasonable assurance.",
    }

    verdict = plain.String(
        required=True, validate=OneOf(VERDICTS), metadata={"enum": list(VERDICTS)}
    )
    scale = plain.String(
        required=True,
        validate=OneOf(SCALES),
        metadata={"enum": list(SCALES), "description": "Of the project, for what is material."},
    )
    deduction_kg = DecimalText(load_default=Decimal(0))
    uncorrected_kg = DecimalText(
        load_default=Decimal(0),
        metadata={"description": "What was found and not corrected; it is deducted."},
    )
    statement = Line(required=True, most=2_000)


class SentPeriodOpinion(TypedDict):
    """As ``PeriodOpinionBody`` loads it."""

    verdict: str
    scale: str
    deduction_kg: Decimal
    uncorrected_kg: Decimal
    statement: str


def opinion_sent(sent: SentPeriodOpinion) -> NewOpinion:
    """What was sent, as an opinion."""
    deduction_mg, uncorrected_mg = (
        int(kg * _MG_PER_KG) for kg in (sent["deduction_kg"], sent["uncorrected_kg"])
    )
    return NewOpinion(
        sent["verdict"], sent["scale"], deduction_mg, uncorrected_mg, sent["statement"]
    )
