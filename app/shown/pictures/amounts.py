"""Masses as pictures write them: one unit for the whole picture, rounded half up and marked so."""

from __future__ import annotations

from typing import Final, NamedTuple

_KG: Final = 10**6
# From so much on the top of a picture is told in tonnes.
_TONNES_FROM: Final = 10_000 * _KG


class MassUnit(NamedTuple):
    """A unit, and how many milligrams it has."""

    name: str
    mg: int


KG, TONNE = MassUnit("kg", _KG), MassUnit("t", 1_000 * _KG)


def unit_for(top_mg: int) -> MassUnit:
    """Kilograms; tonnes where the largest amount is ten of them or more."""
    return TONNE if abs(top_mg) >= _TONNES_FROM else KG


def mass(mg: int, unit: MassUnit) -> str:
    """Two digits after the point, with ≈ before what was rounded."""
    hundredths, rest = divmod(abs(mg) * 100, unit.mg)
    rounded = hundredths + (2 * rest >= unit.mg)
    whole, digits = divmod(rounded, 100)
    return f"{'≈ ' if rest else ''}{'−' if mg < 0 else ''}{whole:,}.{digits:02d} {unit.name}"
