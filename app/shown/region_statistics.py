"""What was done by region and month, as an answer."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.usecases.registry.read_region_statistics import RegionStatistics
from behaviours.json_value import JsonObject
from behaviours.region_register import name_of_region
from behaviours.regional_statistics import AreaTotal, RegionSum
from behaviours.rules.units import kg

_HIDDEN = {"description": "Null: hidden."}


class RegionFigures(Schema):
    """How many actions, and what they saved, less what was taken back in the month."""

    actions = plain.Integer(allow_none=True, metadata=_HIDDEN)
    reduction_kg = plain.String(allow_none=True, metadata={"format": "decimal", **_HIDDEN})


class BehaviourFigures(RegionFigures):
    """Of one behaviour."""

    behaviour = plain.String(metadata={"example": "metro_ride"})


class RegionRow(RegionFigures):
    """Of a region, and of each behaviour in it."""

    region = plain.String(
        allow_none=True,
        metadata={
            "example": "CN-330100",
            "description": "Null: the whole programme. Among the parts of a province its own code"
            " is what was done there and nobody told in which city.",
        },
    )
    name = plain.String(allow_none=True, metadata={"example": "杭州市"})
    behaviours = plain.List(plain.Nested(BehaviourFigures))


class RegionStatisticsAnswer(Schema):
    """A month by region; the parts add up to the whole, as far as they are told."""

    month = plain.String(metadata={"example": "2026-10"})
    fewer_than = plain.Integer(
        metadata={
            "description": "Where fewer people than this did something on each day of the month,"
            " numbers are hidden, and with them the next smallest that would tell them."
        }
    )
    whole = plain.Nested(RegionRow)
    parts = plain.List(plain.Nested(RegionRow))


def region_statistics_answer(found: RegionStatistics) -> JsonObject:
    """The month as it was read."""
    return {
        "month": f"{found.month:%Y-%m}",
        "fewer_than": found.least,
        "whole": _row(found.table.whole),
        "parts": [_row(each) for each in found.table.parts],
    }


def _row(row: RegionSum) -> JsonObject:
    return {
        "region": row.region or None,
        "name": name_of_region(row.region) if row.region else None,
        **_figures(row.total),
        "behaviours": [
            {"behaviour": behaviour, **_figures(each)} for behaviour, each in row.behaviours.items()
        ],
    }


def _figures(total: AreaTotal | None) -> JsonObject:
    if total is None:
        return {"actions": None, "reduction_kg": None}
    return {"actions": total.actions, "reduction_kg": kg(total.saved_mg)}
