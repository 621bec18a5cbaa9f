"""A run laid open as plain JSON: every step for every key, and the results."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict

from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import SurveyRun


class CellShown(TypedDict):
    """A value with its keys, none for a plain number."""

    key: list[str]
    value: str


class SurveyStepShown(TypedDict):
    """An equation and what came out of it for each key."""

    name: str
    equation: str
    unit: str
    meaning: str
    provenance: str
    cells: list[CellShown]


class VintageShown(TypedDict):
    """What belongs to a civil year."""

    year: int
    mg: str


class RunShown(TypedDict):
    """A run; masses are whole milligrams as texts, losses below nought."""

    methodology: str
    digest: str
    provenance: str
    factors: Mapping[str, str]
    steps: list[SurveyStepShown]
    results: dict[str, str]
    vintages: list[VintageShown]
    saved_mg: str


def run_shown(version: Version, run: SurveyRun) -> RunShown:
    """The run as JSON, its steps in the order of the equations."""
    return {
        "methodology": version.label,
        "digest": run.digest,
        "provenance": run.provenance,
        "factors": run.factors,
        "steps": [
            {
                "name": each.name,
                "equation": each.text,
                "unit": each.unit.text,
                "meaning": each.meaning,
                "provenance": each.grade,
                "cells": _cells(run.steps[each.name]),
            }
            for each in version.reckoning.equations
        ],
        "results": {name: str(mg) for name, mg in run.results.items()},
        "vintages": [{"year": each.year, "mg": str(each.mg)} for each in run.vintages],
        "saved_mg": str(run.mg),
    }


def _cells(value: Decimal | Mapping[tuple[str, ...], Decimal]) -> list[CellShown]:
    cells = {(): value} if isinstance(value, Decimal) else value
    return [{"key": list(keys), "value": f"{each:f}"} for keys, each in cells.items()]
