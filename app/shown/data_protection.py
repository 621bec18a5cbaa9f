"""What personal data are processed for, in the reader's language: for the contract and the page."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY
from app.http.languages import preferred_language
from app.messages.catalogues import text
from behaviours.data_protection import (
    BASES,
    PROCESSED_FOR,
    DataProtectionTerms,
    PurposeLine,
    purposes_of,
)
from behaviours.json_value import JsonObject
from behaviours.retention import FOR_EVER, KINDS


class PurposeAnswer(Schema):
    """Why personal data are processed, on which basis, and by which lines of `retention` kept."""

    purpose = plain.String(metadata={"enum": [*PROCESSED_FOR]})
    what = plain.String(metadata={"description": "The purpose in words of your language."})
    data = plain.String(metadata={"description": "Which data, in your language."})
    basis = plain.String(metadata={"enum": [*BASES]})
    basis_in_words = plain.String()
    sensitive = plain.Boolean()
    assessed_on = plain.String(allow_none=True, metadata=AS_DAY)
    kept = plain.List(plain.String(metadata={"enum": [*KINDS, *FOR_EVER]}))


class DataProtectionAnswer(Schema):
    """What the programme states of personal data; null: it states nothing of it."""

    contact = plain.String(allow_none=True)
    stored_in = plain.String(allow_none=True)
    purposes = plain.List(plain.Nested(PurposeAnswer))


def data_protection_shown(terms: DataProtectionTerms, language: str | None = None) -> JsonObject:
    """Every purpose, with whom to write to and where data lie."""
    said = language or preferred_language()
    return {
        "contact": terms.contact,
        "stored_in": terms.stored_in,
        "purposes": [_purpose(each, said) for each in purposes_of(terms)],
    }


def _purpose(line: PurposeLine, language: str) -> JsonObject:
    return {
        "purpose": line.purpose,
        "what": text(f"purpose:{line.purpose}", language),
        "data": text(f"purpose_data:{line.purpose}", language),
        "basis": line.basis,
        "basis_in_words": text(f"lawful_basis:{line.basis}", language),
        "sensitive": line.sensitive,
        "assessed_on": line.assessed_on.isoformat() if line.assessed_on else None,
        "kept": list(line.kept),
    }
