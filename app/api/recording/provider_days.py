"""The route that takes back everything that a provider reported of some days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypedDict

from flask import Response
from marshmallow import ValidationError, fields as plain, validates_schema

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.faults import said
from app.http.fields import Day, Line, Strict
from app.http.once import once
from app.http.signing import unless_awaited
from app.http.validators import OneOf
from app.ids import parse, public
from app.shown.proposals import SignedAnswer
from app.usecases.recording.sign_days_reversal import SignedDays, sign_days_reversal
from behaviours.actions.days_reversal import MOST_DAYS, REASONS_OF_DAYS, AskedDays
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.signing import ROLES

blueprint = Blueprint("provider days", __name__, description="Days of a provider, taken back.")


class DaysReversalBody(Strict):
    """Which days, of the programme's zone, both included; and why, which each person reads."""

    first = Day(data_key="from", required=True, metadata={"example": "2026-03-01"})
    last = Day(data_key="to", required=True, metadata={"example": "2026-03-07"})
    reason_code = plain.String(
        required=True, validate=OneOf(REASONS_OF_DAYS), metadata={"enum": list(REASONS_OF_DAYS)}
    )
    reason = Line(required=True, most=500, metadata={"example": "The gates reported themselves."})

    @validates_schema
    def _forward(self, data: SentDaysReversal, **_: Any) -> None:
        if not timedelta(0) <= data["last"] - data["first"] < timedelta(days=MOST_DAYS):
            raise ValidationError({"to": [said("OUT_OF_RANGE", "days", most=MOST_DAYS)]})


class SentDaysReversal(TypedDict):
    """As ``DaysReversalBody`` loads it."""

    first: date
    last: date
    reason_code: str
    reason: str


class DaysReversalAnswer(SignedAnswer):
    """What is taken back, or would be once somebody of each awaited role has signed the same."""

    from_ = plain.String(data_key="from", metadata={"format": "date"})
    to = plain.String(metadata={"format": "date"})
    reason_code = plain.String()
    reason = plain.String()
    actions = plain.Integer()
    people = plain.Integer()
    reduction_kg = plain.String(metadata={"format": "decimal"})
    points = plain.Integer(metadata={"description": "Taken back from their lots, or owed."})
    in_frozen_bundles = plain.Integer(
        metadata={"description": "Their units stay, and the reserve pays for them."}
    )
    task_id = plain.String(
        allow_none=True, metadata={"description": "What does it; GET /v1/tasks/{id} says how far."}
    )


@blueprint.route("/v1/organisations/<organisation_id>/reversals", methods=["POST"])
@allow(*reversed(ROLES), step="action.reverse_days")
@blueprint.arguments(DaysReversalBody)
@blueprint.signed(201, DaysReversalAnswer)
def reverse_days_of_provider(body: SentDaysReversal, organisation_id: str) -> Response:
    """Take back all that a provider reported of some days: its data of them was false.

    The first signature is answered with the numbers, and so is `?dry_run=true`. Whoever signs
    second, of the other role, signs the same days, ground and numbers; then a task takes each
    action back as `POST /v1/actions/{id}/reversals` does. What is reported later is not touched:
    suspend the provider before.
    """
    asked = AskedDays(
        parse("org", organisation_id),
        body["first"],
        body["last"],
        body["reason_code"],
        body["reason"],
    )
    return once(_answer, status=unless_awaited(201), required=False)(
        sign_days_reversal, asked, zone=wiring().zone, **by_caller()
    )


def _answer(signed: SignedDays) -> JsonObject:
    asked, tally = signed.asked, signed.tally
    return {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "reason_code": asked.reason_code,
        "reason": asked.reason,
        "actions": tally.actions,
        "people": tally.people,
        "reduction_kg": kg(tally.saved_mg),
        "points": tally.points,
        "in_frozen_bundles": tally.frozen,
        "awaiting": [*signed.awaiting],
        "task_id": public("tsk", signed.task_id) if signed.task_id else None,
    }
