"""The survey of a project over some days, put together from what is registered and what is told.

It is written as the document that ``survey_of`` reads and ``tanpuhui methodology period`` takes, so
that whoever has the document computes the same milligrams.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final, NamedTuple, cast

from behaviours.json_value import Json, JsonObject
from behaviours.projects.design import METERS, STRATA
from behaviours.projects.designed import DaySpan, DesignFacts, civil_year
from behaviours.rules.members import QuantityRule
from behaviours.rules.methodology import Version
from behaviours.rules.survey.reading import survey_of
from behaviours.rules.survey.run import SurveyRun
from behaviours.rules.survey_rule import Survey, SurveyRule
from behaviours.rules.units import ARITHMETIC, KG_CO2E

_PLACES: Final = Decimal("1e-18")


class SurveyFrame(NamedTuple):
    """Where and over which days a survey is, and what the design registers there."""

    region: str
    span: DaySpan
    facts: DesignFacts


class SurveyTold(NamedTuple):
    """What is told beside the design: sets such as plots, the quantities, and labels."""

    sets: JsonObject
    quantities: JsonObject
    labels: JsonObject


class FixedTables(NamedTuple):
    """A project's own figures as stated, and the days that a year of theirs stands for."""

    tables: JsonObject
    stated_for: DaySpan


def rule_of(version: Version) -> SurveyRule:
    """What a rule of projects asks for; a project took one."""
    assert version.survey is not None, "the project took a rule of projects"
    return version.survey


def survey_document(
    version: Version,
    frame: SurveyFrame,
    told: SurveyTold,
    fixed: FixedTables,
    previous: JsonObject,
) -> JsonObject:
    """The survey of the frame as JSON; strata and meters are the design's and nobody else's."""
    rule, (region, span, facts) = rule_of(version), frame
    registered: dict[str, Json] = {
        name: list(facts.keys(name)) for name in (STRATA, METERS) if name in rule.sets
    }
    return {
        "region": region,
        "period": {"from": span.starts_on.isoformat(), "to": span.ends_before.isoformat()},
        "sets": {**told.sets, **registered},
        "quantities": told.quantities,
        "labels": told.labels,
        "project_parameters": {
            name: _figure(cast(JsonObject, figure), rule.fixed.get(name), rule, span, fixed)
            for name, figure in fixed.tables.items()
        },
        "previous": previous,
    }


def read_document(document: JsonObject) -> Survey:
    """The survey that a document is; raises InvalidSurvey."""
    return survey_of(json.dumps(document, ensure_ascii=False), "period")


def _figure(
    figure: JsonObject,
    quantity: QuantityRule | None,
    rule: SurveyRule,
    span: DaySpan,
    fixed: FixedTables,
) -> JsonObject:
    """A figure with the years of the span alone.

    A mass that is stated for a year (a baseline) counts by the days of it that the span has.
    """
    values = figure.get("values")
    if quantity is None or rule.years not in quantity.sets or not isinstance(values, Mapping):
        return figure
    place = quantity.sets.index(rule.years)
    years = {f"{each.starts_on.year:04d}": each for each in span.by_year()}
    kept: dict[str, Json] = {}
    for key, value in values.items():
        parts = key.split(".")
        year = parts[place] if len(parts) > place else ""
        if year in years:
            stated = fixed.stated_for.within(civil_year(int(year)))
            whole = not quantity.unit.fits(KG_CO2E) or years[year].days == stated.days
            kept[key] = value if whole else _part(str(value), years[year].days, stated.days)
    return {**figure, "values": kept}


def _part(value: str, days: int, of: int) -> str:
    with localcontext(ARITHMETIC):
        return _written(Decimal(value) * days / max(1, of))


def _written(value: Decimal) -> str:
    """As a survey's document writes a number: to eighteen places, for it reads forty characters."""
    text = f"{value.quantize(_PLACES, ROUND_HALF_EVEN):f}"
    return text.rstrip("0").rstrip(".")


def chained(version: Version, run: SurveyRun) -> JsonObject:
    """What the next period is told of this one: under the rule's names for what came before.

    A name is that of an equation, or of the equation that sums it over all periods (``…_total``).
    """
    units = {each.name: each.unit for each in version.reckoning.equations}
    told: dict[str, Json] = {}
    for name, previous in rule_of(version).previous.items():
        equation = next(each for each in _names(name) if each in run.steps)
        value, scale = run.steps[equation], units[equation].factor_to(previous.unit)
        assert isinstance(value, Decimal), "what is told of a period is one number"
        with localcontext(ARITHMETIC):
            told[name] = _written(value * scale.numerator / scale.denominator)
    return told


def _names(name: str) -> Iterable[str]:
    return (f"{name}_total", name)
