"""What a report says of the figures it rests on: each with unit, source and grade, and how sure.

The figures are those of the project's rule as they held on the first day of the period; a factor of
a series is the one that the calculation names. How sure the result is, is what the rule itself
computes of it, what its figures state, and the errors that the instruments may have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, cast

from behaviours.json_value import Json, JsonObject
from behaviours.projects.surveyed import rule_of
from behaviours.rules.members import Equation, Parameter, QuantityRule, rows_of
from behaviours.rules.methodology import Version
from behaviours.rules.survey.shown import RunShown, SurveyStepShown
from behaviours.rules.uncertainty import Uncertainty

# How the rules' own texts name it, in English.
_UNSURE: Final = re.compile("uncertaint", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


def figures_of(version: Version, on: date, pinned: Mapping[str, str]) -> list[Json]:
    """The figures of a rule that its equations read, as of a day.

    ``pinned`` are the factors by which a run computed, by the names of their parameters. A figure
    that awaits its source has no value and is not there: by such a rule nothing is computed.
    """
    read = version.reckoning.compiled.used
    return [
        _of_series(version, each, pinned[each.name]) if each.series else _stated(version, each, on)
        for each in version.reckoning.parameters
        if each.name in read and each.awaiting is None
    ]


def _of_series(version: Version, parameter: Parameter, factor_id: str) -> JsonObject:
    book, series = version.reckoning.book, parameter.series
    assert series is not None, "it reads a series"
    factor = book.factor(factor_id)
    return {
        **_named(parameter),
        "unit": factor.unit.text,
        "values": [{"key": [], "value": f"{factor.value:f}"}],
        "factor": factor_id,
        "source": factor.source,
        "grade": book.grade_of(series, factor),
        "uncertainty": _words(factor.uncertainty),
    }


def _stated(version: Version, parameter: Parameter, on: date) -> JsonObject:
    value = parameter.on(on)
    assert value is not None, f"{version.label}: {parameter.name} has no value on {on}"
    return {
        **_named(parameter),
        "unit": parameter.unit.text,
        "values": [
            {"key": list(keys), "value": f"{number:f}"} for keys, number in rows_of(value.number)
        ],
        "factor": None,
        "source": version.stated.sources[value.source].title,
        "grade": value.grade,
        "uncertainty": _words(value.uncertainty),
    }


def _named(parameter: Parameter) -> JsonObject:
    return {"name": parameter.name, "meaning": parameter.meaning}


def _words(stated: Uncertainty | None) -> str | None:
    return None if stated is None else stated.words


def uncertainty_of(
    version: Version, figures: Sequence[Json], run: RunShown, instruments: Sequence[Json]
) -> JsonObject:
    """How sure the result is; lists that are empty say that nothing was stated.

    ``told`` names what the rule asks to be told about it, ``computed`` has the equations
    that are about it and those that read one of them: so a deduction stands beside its reason.
    """
    rule = rule_of(version)
    asked = [*rule.quantities.values(), *rule.fixed.values()]
    about = {each.name for each in version.reckoning.equations if _is_about(each)}
    steps = {each["name"]: each for each in run["steps"]}
    return {
        "told": sorted(each.name for each in asked if _is_about(each)),
        "computed": [
            _step(steps[each.name])
            for each in version.reckoning.equations
            if each.name in about or _reads(each, about)
        ],
        "figures": [
            {"name": each["name"], "uncertainty": each["uncertainty"]}
            for each in cast(Sequence[JsonObject], figures)
            if each["uncertainty"] is not None
        ],
        "instruments": [
            {"instrument": each["instrument"], "most_error_ppm": each["most_error_ppm"]}
            for each in cast(Sequence[JsonObject], instruments)
        ],
    }


def _is_about(one: QuantityRule | Equation) -> bool:
    return _UNSURE.search(f"{one.name} {one.meaning}") is not None


def _reads(equation: Equation, names: set[str]) -> bool:
    return not names.isdisjoint(_NAME.findall(equation.text))


def _step(step: SurveyStepShown) -> JsonObject:
    return {
        "name": step["name"],
        "meaning": step["meaning"],
        "unit": step["unit"],
        "cells": [{"key": list(each["key"]), "value": each["value"]} for each in step["cells"]],
    }
