"""Pieces of land as GeoJSON (RFC 7946) writes them, read to a ten-millionth of a degree."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from app.http.fields import Plain, refuse
from behaviours.places import DEGREES
from behaviours.projects.land import DEGREE, MOST_POSITIONS, Polygon, Position, Ring, Shape

_FORM: Final = "NOT_A_GEOMETRY"
POLYGON, MULTI_POLYGON = KINDS = ("Polygon", "MultiPolygon")


class Geometry(Plain):
    """``{"type": "Polygon" | "MultiPolygon", "coordinates": […]}`` ↔ Shape, longitude first.

    Whether it is a sound piece of land is asked later.
    """

    def __init__(self, **options: Any) -> None:
        metadata = {
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": list(KINDS)},
                "coordinates": {"type": "array", "items": {"type": "array", "items": {}}},
            },
            "required": ["type", "coordinates"],
            "additionalProperties": False,
            **options.pop("metadata", {}),
        }
        super().__init__(metadata=metadata, **options)

    def read(self, value: Any) -> Shape:
        if not isinstance(value, Mapping) or value.keys() != {"type", "coordinates"}:
            refuse(_FORM)
        kind, coordinates = value["type"], value["coordinates"]
        if kind == POLYGON:
            return (_polygon(coordinates),)
        if kind != MULTI_POLYGON:
            refuse(_FORM)
        return tuple(_polygon(each) for each in _listed(coordinates))


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_POSITIONS:
        refuse(_FORM)
    return value


def _polygon(value: Any) -> Polygon:
    return tuple(_ring(each) for each in _listed(value))


def _ring(value: Any) -> Ring:
    return tuple(_position(each) for each in _listed(value))


def _position(value: Any) -> Position:
    axes = _listed(value)
    if len(axes) != 2:
        refuse(_FORM)
    return _axis(axes[0]), _axis(axes[1])


def _axis(value: Any) -> int:
    """Ten-millionths of a degree, half to even; a number that is text is read as exactly."""
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        refuse(_FORM)
    if isinstance(value, str) and DEGREES.fullmatch(value) is None:
        refuse(_FORM)
    degrees = Decimal(text) * DEGREE
    if abs(degrees) >= 1_000 * DEGREE:
        refuse(_FORM)
    return int(degrees.to_integral_value(ROUND_HALF_EVEN))
