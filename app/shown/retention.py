"""How long each kind of data is kept, in the reader's language: for the contract and the page."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.http.languages import preferred_language
from app.messages.catalogues import text
from behaviours.json_value import JsonObject
from behaviours.retention import (
    FOR_EVER,
    KINDS,
    RetentionPeriod,
    RetentionReport,
    RetentionTerms,
    schedule,
)


class RetentionLine(Schema):
    """How long one kind of data is kept. Without ``keep`` it is for ever, and ``because`` why."""

    kind = plain.String(metadata={"enum": [*KINDS, *FOR_EVER], "example": "codes"})
    what = plain.String(metadata={"description": "The kind in words of your language."})
    keep = plain.String(allow_none=True, metadata={"example": "90 days"})
    keep_in_words = plain.String(allow_none=True, metadata={"example": "90 days"})
    after = plain.String(
        allow_none=True, metadata={"description": "From when it counts, in your language."}
    )
    because = plain.String(
        allow_none=True, metadata={"description": "Why it is kept for ever, in your language."}
    )


def schedule_shown(terms: RetentionTerms, language: str | None = None) -> list[JsonObject]:
    """Every line of the schedule."""
    said = language or preferred_language()
    return [
        {
            "kind": line.kind,
            "what": text(f"retention_kind:{line.kind}", said),
            "keep": str(line.period) if line.period else None,
            "keep_in_words": _period(line.period, said) if line.period else None,
            "after": text(f"retention_after:{line.after}", said) if line.after else None,
            "because": text(f"retention_because:{line.because}", said) if line.because else None,
        }
        for line in schedule(terms)
    ]


def _period(period: RetentionPeriod, language: str) -> str:
    unit = period.unit.removesuffix("s") if period.number == 1 else period.unit
    return text(f"retention_period:{unit}", language, {"number": period.number})


def report_shown(report: RetentionReport) -> JsonObject:
    """What was taken away of one kind on one day."""
    return {
        "day": report.day.isoformat(),
        "kind": report.kind,
        "what": text(f"retention_kind:{report.kind}", preferred_language()),
        "keep": report.period,
        "programme_version": report.programme_version,
        "removed": report.removed,
        "oldest": moment(report.oldest),
        "newest": moment(report.newest),
        "last_at": moment(report.last_at),
    }
