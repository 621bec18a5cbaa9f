"""A calculation laid open: its inputs, figures, conditions and steps, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from behaviours.actions.calculation import (
    ConditionShown,
    InputShown,
    ParameterShown,
    SourceShown,
    StepShown,
    UncertaintyShown,
)
from behaviours.rules.members import Parameter, rows_of
from behaviours.rules.methodology import Bound, Reckoning, Stated, Version
from behaviours.rules.propagation import Propagated
from behaviours.rules.trust_clauses import SELF_REPORT
from behaviours.rules.uncertainty import CONFIDENCE

METHOD = "IPCC 2006, volume 1, chapter 3, approach 1: error propagation of the first order"
DEDUCTION = "uncertainty_deduction"
_NINE = Context(prec=9, rounding=ROUND_HALF_EVEN)


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no zeros that say nothing."""
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if text[-1] == "0" and "." in text else text


def conditions_shown(reckoning: Reckoning) -> list[ConditionShown]:
    """All are met: an action that does not meet one has no working."""
    return [
        {"name": c.name, "if": c.text, "meaning": c.meaning, "met": True}
        for c in reckoning.conditions
    ]


def evidence_read(reckoning: Reckoning, evidence: Mapping[str, str]) -> dict[str, str]:
    return {name: evidence[name] for name in reckoning.evidence_read}


def inputs_shown(  # noqa: PLR0917 - the inputs of a calculation, in the order of a record
    version: Version,
    bound: Bound,
    quantities: Mapping[str, Decimal | str],
    evidence: Mapping[str, str],
    region: str,
    occurred_on: date,
) -> list[InputShown]:
    kept: dict[str, InputShown] | None = bound.shown.get("inputs")
    if kept is None:
        kept = bound.shown["inputs"] = _without_values(version)
    told = version.told.quantities
    shown: list[InputShown] = []
    for name in told:
        if name in quantities:
            one = kept[name].copy()
            one["value"] = str(quantities[name])
            shown.append(one)
    for name in version.reckoning.evidence_read:
        one = kept[name].copy()
        one["value"] = evidence[name]
        shown.append(one)
    shown.append(
        {"name": "region", "value": region, "meaning": version.reckoning.book.name_of(region)}
    )
    shown.append(_day_shown(bound, occurred_on).copy())
    return shown


def _day_shown(bound: Bound, on: date) -> InputShown:
    """Kept like the others: parameters are bound for one day."""
    kept: InputShown | None = bound.shown.get("day")
    if kept is None:
        meaning = "civil day of the action"
        kept = {"name": "occurred_on", "value": on.isoformat(), "meaning": meaning}
        bound.shown["day"] = kept
    return kept


def _without_values(version: Version) -> dict[str, InputShown]:
    """By name, what every working of a rule says of its quantities and of the evidence it reads."""
    shown: dict[str, InputShown] = {
        name: {"name": name, "value": "", "unit": rule.unit.text, "meaning": rule.meaning}
        for name, rule in version.told.quantities.items()
    }
    for name in version.reckoning.evidence_read:
        meaning = version.told.evidence[name].meaning
        shown[name] = {"name": name, "value": "", "meaning": meaning}
    return shown


def parameters_shown(version: Version, bound: Bound, on: date) -> list[ParameterShown]:
    kept: list[ParameterShown] | None = bound.shown.get("parameters")
    if kept is None:
        kept = bound.shown["parameters"] = [
            _parameter_shown(version, bound, position, on)
            for position, parameter in enumerate(version.reckoning.parameters)
            if parameter.name in version.reckoning.compiled.used
        ]
    # Each working has its own, so that nobody writes into another's.
    return [one.copy() for one in kept]


def _parameter_shown(version: Version, bound: Bound, position: int, on: date) -> ParameterShown:
    parameter: Parameter = version.reckoning.parameters[position]
    shown: ParameterShown = {
        "name": parameter.name,
        "meaning": parameter.meaning,
        "unit": parameter.unit.text,
    }
    if parameter.series is not None:
        factor = bound.factors[parameter.name]
        if factor.holds_from is not None and factor.notice.published is not None:
            shown["holds_from"] = factor.holds_from.isoformat()
            shown["published_on"] = factor.notice.published.isoformat()
        return shown | {
            "value": plain(factor.value),
            "unit": factor.unit.text,
            "provenance": version.reckoning.book.grade_of(parameter.series, factor),
            "factor_id": factor.factor_id,
            "series": factor.series,
            "area": factor.area,
            "data_year": factor.data_year,
            "notice": factor.notice.title,
            "source": {"title": factor.source},
            "policy": parameter.series.policy,
        }
    value = parameter.on(on)
    assert value is not None
    number = bound.values[position]
    if isinstance(number, Decimal):
        shown["value"] = plain(number)
    else:
        shown["rows"] = [{"key": list(key), "value": plain(cell)} for key, cell in rows_of(number)]
    shown |= {"provenance": value.grade, "source": _source_shown(version.stated, value.source)}
    if value.note:
        shown["note"] = value.note
    return shown


def steps_shown(version: Version, bound: Bound, steps: Sequence[Decimal]) -> list[StepShown]:
    kept: list[StepShown] | None = bound.shown.get("steps")
    if kept is None:
        kept = bound.shown["steps"] = [
            {
                "name": equation.name,
                "equation": equation.text,
                "value": "",
                "unit": equation.unit.text,
                "meaning": equation.meaning,
                "source": _source_shown(version.stated, equation.source),
                "provenance": equation.grade,
            }
            for equation in version.reckoning.equations
        ]
    shown = []
    for one, value in zip(kept, steps, strict=True):
        # Each working has its own; copied and then filled takes half as long as made anew.
        step = one.copy()
        step["value"] = plain(value)
        shown.append(step)
    return shown


def self_report_shown(version: Version, result: Decimal) -> StepShown:
    """The step that no equation is: what the word of who gains is worth."""
    rule = version.trust.reporting
    whole = version.reckoning.equations[version.reckoning.result]
    return {
        "name": SELF_REPORT,
        "equation": f"{whole.name} * {plain(rule.factor)}",
        "value": plain(result),
        "unit": whole.unit.text,
        "meaning": "The part that is credited of what a person reports herself",
        "source": _source_shown(version.stated, rule.source),
        "provenance": rule.grade,
    }


def _source_shown(stated: Stated, code: str) -> SourceShown:
    source = stated.sources[code]
    return {"code": code, "title": source.title, "url": source.url}


def deduction_shown(version: Version, before: Decimal, result: Decimal) -> StepShown:
    """The step that no equation is: what is left after the deduction for uncertainty."""
    rule, whole = version.deduction, version.reckoning.equations[version.reckoning.result]
    assert rule is not None
    return {
        "name": DEDUCTION,
        "equation": f"{whole.name} - {plain(before - result)}",
        "value": plain(result),
        "unit": whole.unit.text,
        "meaning": "What is left after the deduction for uncertainty",
        "source": _source_shown(version.stated, rule.source),
        "provenance": rule.grade,
    }


def uncertainty_shown(spread: Propagated, result: Decimal) -> UncertaintyShown:
    """That of a result in kg; every number to nine digits, as many as can mean anything."""
    return {
        "method": METHOD,
        "confidence": CONFIDENCE,
        "half_width_kg": _digits(spread.half_width_kg),
        "relative": _digits(spread.half_width_kg / abs(result)) if result else None,
        "figures": [
            {
                "name": each.name,
                "key": list(each.key),
                "stated": each.stated.words,
                "half_width": _digits(each.half_width),
                "unit": each.unit,
                "moves_kg": _digits(each.moves_kg),
            }
            for each in spread.figures
            if each.moves_kg
        ],
        "unstated": list(spread.unstated),
    }


def _digits(value: Decimal) -> str:
    return plain(_NINE.plus(value))
