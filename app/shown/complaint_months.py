"""How the counts of complaints are shown month by month."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.languages import preferred_language
from app.messages.catalogues import text
from behaviours.complaint_months import AXES, MonthOfKind
from behaviours.complaint_statistics import LEAST
from behaviours.complaints import KINDS
from behaviours.json_value import JsonObject


class MonthAnswer(Schema):
    """A month of a kind; null is a number that is not told, by the rule."""

    month = plain.String(metadata={"example": "2026-11"})
    kind = plain.String(metadata={"enum": list(KINDS)})
    received = plain.Integer(allow_none=True)
    axes = plain.Dict(
        keys=plain.String(metadata={"enum": list(AXES)}),
        values=plain.Dict(keys=plain.String(), values=plain.Integer(allow_none=True)),
        metadata={"description": "Each shares out all that was received."},
    )


class MonthsAnswer(Schema):
    """What was complained about in each month of a civil year of the programme."""

    year = plain.Integer(metadata={"example": 2026})
    fewer_than = plain.Integer(metadata={"description": "Smaller numbers are null."})
    rule = plain.String(metadata={"description": "When a number is not told, in words."})
    months = plain.List(plain.Nested(MonthAnswer))


def months_answer(year: int, months: Sequence[MonthOfKind]) -> JsonObject:
    """The counts of a year."""
    return {
        "year": year,
        "fewer_than": LEAST,
        "rule": text("complaint_months:rule", preferred_language(), {"least": LEAST}),
        "months": [
            {
                "month": f"{year}-{each.month:02}",
                "kind": each.kind,
                "received": each.received,
                "axes": {axis: dict(cells) for axis, cells in each.axes.items()},
            }
            for each in months
        ],
    }
