"""Validations of projects as they are shown: attempts, opinions, findings and what was said."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from app.shown.findings import FindingsAnswer, findings_answer
from app.usecases.projects.read_validation import ValidationRead
from behaviours.json_value import JsonObject
from behaviours.projects.validation import (
    VALIDATION_STEPS,
    VALIDATOR_WAYS,
    ProjectValidation,
    ValidationOpinion,
)

_AUTHORITY, _VALIDATOR = "authority", "validator"


class ValidationOpinionAnswer(Schema):
    """How an attempt ended; `ended`: the seat was left, and there is no report."""

    verdict = plain.String(metadata={"enum": list(VALIDATION_STEPS)})
    statement = plain.String()
    report_id = plain.String(allow_none=True)
    report_sha256 = plain.String(allow_none=True)
    given_at = plain.String(metadata=AS_MOMENT)


class ValidationAttemptAnswer(Schema):
    """An attempt: of which design, by whom, and what the draw went by."""

    attempt = plain.Integer()
    design_number = plain.Integer()
    design_digest = plain.String()
    performed_by = plain.String(metadata={"enum": [_VALIDATOR, _AUTHORITY]})
    validator_id = plain.String(allow_none=True)
    how = plain.String(metadata={"enum": list(VALIDATOR_WAYS)})
    reason = plain.String(allow_none=True)
    said = plain.Dict(
        metadata={
            "description": "Of a draw its `secret`, `seed`, `candidates` and `left_out` with the"
            " reasons; of an approval which reasons it has `set_aside`."
        }
    )
    seated_at = plain.String(metadata=AS_MOMENT)
    opinion = plain.Nested(ValidationOpinionAnswer, allow_none=True)


class ValidationReadAnswer(FindingsAnswer):
    """Every attempt and every finding, in their order."""

    attempts = plain.List(plain.Nested(ValidationAttemptAnswer))


def validation_answer(read: ValidationRead) -> JsonObject:
    """The validation of a project as a whole."""
    opinions = {each.attempt: each for each in read.opinions}
    attempts = [_attempt(each, opinions.get(each.attempt)) for each in read.attempts]
    return {"attempts": attempts, **findings_answer(read.told)}


def _attempt(one: ProjectValidation, opinion: ValidationOpinion | None) -> JsonObject:
    who = one.validator_id
    return {
        "attempt": one.attempt,
        "design_number": one.design_number,
        "design_digest": f"sha256:{one.digest.hex()}",
        "performed_by": _VALIDATOR if who else _AUTHORITY,
        "validator_id": public("org", who) if who else None,
        "how": one.how,
        "reason": one.reason,
        "said": one.said,
        "seated_at": moment(one.seated_at),
        "opinion": _opinion(opinion) if opinion else None,
    }


def _opinion(one: ValidationOpinion) -> JsonObject:
    return {
        "verdict": one.verdict,
        "statement": one.statement,
        "report_id": public("doc", one.report_id) if one.report_id else None,
        "report_sha256": one.sha256.hex() if one.sha256 else None,
        "given_at": moment(one.given_at),
    }
