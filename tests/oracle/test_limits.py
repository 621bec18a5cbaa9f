"""Limits of rules, worked out by the oracle beside the programme: nothing may differ."""

from __future__ import annotations

import pytest

from behaviours.document import Part
from behaviours.rules.building import build_version
from behaviours.rules.document import read_document
from behaviours.rules.factors import shipped_factors
from tests.behaviours.builders import a_document
from tests.oracle.compare import compare
from tests.oracle.rules import OracleRule

PER = ("day", "week", "month", "year", "life")
LIMITS = {
    "cut_km": ("km", "km", "20.5", "cut"),
    "cut_rides": ("actions", None, "3", "cut"),
    "cut_mass": ("result", "gCO2e", "1500", "cut"),
    "refuse_km": ("km", "km", "20.5", "refuse"),
    "refuse_rides": ("actions", None, "3", "refuse"),
    "refuse_mass": ("result", "kgCO2e", "1.5", "refuse"),
}


def limit(name: str, per: str) -> str:
    of, unit, most, above = LIMITS[name]
    stated = f"unit: {unit}, " if unit else ""
    return (
        f'  - {{name: {name}, of: {of}, {stated}most: "{most}", per: {per}, above: {above}, '
        "meaning: {zh: 至多, en: At most so much.}, source: book, grade: official}"
    )


def a_limited_document(*names: str) -> Part:
    limits = "\n".join(limit(name, PER[at]) for at, name in enumerate(names))
    text = a_document(
        "km * EF + extra * part",
        quantities={"km": "km", "extra": "kg"},
        parameters={"EF": ("0.085", "kgCO2e/km"), "part": ("0.000001", "kgCO2e/kg")},
        extra=f"limits:\n{limits}",
    )
    return read_document(text.replace('most: "100000000"', 'most: "30"'), "test")


@pytest.mark.parametrize(
    "names",
    [(name,) for name in LIMITS]
    + [
        ("cut_km", "cut_rides", "cut_mass"),
        ("cut_km", "refuse_mass", "refuse_rides"),
        ("cut_mass", "refuse_km"),
    ],
    ids="+".join,
)
def test_what_counts_is_the_same_by_the_oracle(names: tuple[str, ...]) -> None:
    part = a_limited_document(*names)
    assert isinstance(part.value, dict)
    pair = (build_version(part, shipped_factors()), OracleRule(part.value))
    outcome = compare(400, seed=sum(map(len, names)), rules=[pair])
    assert outcome.differences == []
    assert outcome.saved > 50
    refuses = any(name.startswith("refuse") for name in names)
    assert bool(outcome.refused["LIMIT_REACHED"]) == refuses, outcome.refused
