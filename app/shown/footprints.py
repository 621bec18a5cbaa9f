"""How a footprint is stated and shown: to retire for it, or only to work it out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypedDict

from marshmallow import fields as plain

from app.http.fields import DecimalText, Line, Strict
from app.http.validators import Count
from behaviours.json_value import JsonObject
from rewards.registry.footprint import MOST_LINES, Footprint, FootprintCover, FootprintLine


class FootprintLineBody(Strict):
    """One source of emissions, with where its quantity and its factor were read."""

    source = Line(required=True, metadata={"example": "Electricity of the venue"})
    quantity = DecimalText(required=True, metadata={"example": "12500"})
    unit = Line(required=True, most=32, metadata={"example": "kWh"})
    quantity_source = Line(
        required=True, most=400, metadata={"example": "Bill of the grid company, 2026-05"}
    )
    factor_kg_per_unit = DecimalText(required=True, metadata={"example": "0.5703"})
    factor_source = Line(
        required=True, most=400, metadata={"example": "The document that prints the factor, page"}
    )


class SentFootprintLine(TypedDict):
    """As ``FootprintLineBody`` loads it."""

    source: str
    quantity: Decimal
    unit: str
    quantity_source: str
    factor_kg_per_unit: Decimal
    factor_source: str


def footprint_lines(*, required: bool = False) -> plain.List[JsonObject]:
    """The field of a body that states a footprint line by line."""
    return plain.List(
        plain.Nested(FootprintLineBody),
        required=required,
        validate=Count(1, MOST_LINES),
    )


def stated_footprint(lines: Sequence[SentFootprintLine]) -> Footprint:
    """The footprint of lines as they were sent."""
    return Footprint(tuple(FootprintLine(**each) for each in lines))


def cover_answer(cover: FootprintCover) -> JsonObject:
    """What a footprint comes to, and what its enterprise would still have to buy."""
    footprint = cover.footprint
    return {
        "total_kg": footprint.total_kg,
        "needed_t": str(footprint.needed_t),
        "held_t": str(cover.held_t),
        "missing_t": str(cover.missing_t),
        "lines": list(footprint.as_lines()),
    }
