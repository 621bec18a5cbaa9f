"""What is sent of validations: a validator by name, and an opinion."""

from __future__ import annotations

from typing import ClassVar, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.encoded_file import PIXEL, EncodedBody
from app.http.fields import Line, PublicId, Strict
from app.http.validators import Characters, OneOf
from behaviours.json_value import JsonObject
from behaviours.projects.validation import OPINIONS, POSITIVE


class NamedValidatorBody(Strict):
    """Who validates, by name, and why no draw decides."""

    validator_id = PublicId("org", required=True)
    reason = Line(required=True, most=500, metadata={"example": "The only one with the skill."})


class SentNamedValidator(TypedDict):
    """As ``NamedValidatorBody`` loads it."""

    validator_id: UUID
    reason: str


class ValidationOpinionBody(EncodedBody):
    """An opinion, with its report in base64."""

    EXAMPLE: ClassVar[JsonObject] = {
        "verdict": POSITIVE,
        "statement": "The design follows the rule.",
        **PIXEL,
    }

    verdict = plain.String(
        required=True, validate=OneOf(OPINIONS), metadata={"enum": list(OPINIONS)}
    )
    statement = plain.String(required=True, validate=Characters(min=1, max=4_000))


class SentValidationOpinion(TypedDict):
    """As ``ValidationOpinionBody`` loads it."""

    verdict: str
    statement: str
    media_type: str
    content: bytes
