"""Quantify: actions become reductions. Pure arithmetic, exact until the one rounding.

``explain`` and ``recompute`` run the same compiled function as ``quantify``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import TypedDict

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.calculation import (
    CalculationShown,
    ConditionShown,
    InputShown,
    ParameterShown,
    Recomputable,
    RecordedInputs,
    ShareShown,
    SourceShown,
    StepShown,
    WorkingShown,
)
from behaviours.actions.judgement import read_evidence_for_equations, read_quantities
from behaviours.actions.reduction import Reduction
from behaviours.actions.refusals import InvalidInterval
from behaviours.refusal import Refusal
from behaviours.regions import province_of
from behaviours.rules.evaluation import evaluate
from behaviours.rules.formula_functions import NO_TIME, Occasion, previous_days
from behaviours.rules.members import Parameter, rows_of
from behaviours.rules.methodology import Bound, Reckoning, Stated, Version, worst_grade
from behaviours.rules.rulebook import NoRuleInForce, Rulebook
from behaviours.rules.trust_clauses import SELF_REPORT
from behaviours.rules.trusted import PARTICIPANT, PROVIDER
from behaviours.rules.units import ARITHMETIC
from behaviours.sharing import RecordedShare, part_of

History = Sequence[tuple[date, Decimal]]


class _Shared(TypedDict, total=False):
    share: ShareShown


@dataclass(frozen=True, slots=True)
class Working:
    """A calculation laid open: every input, figure, step and the rounding, as plain JSON."""

    saved_mg: int
    shown: CalculationShown

    def as_dict(self) -> WorkingShown:
        return {"saved_mg": self.saved_mg, **self.shown}


def quantify(
    actions: Sequence[AcceptedAction], histories: Sequence[History] | None = None
) -> list[Reduction | Refusal]:
    """One reduction per action, order kept; a Refusal where the rule has no result.

    ``histories`` has, per action, the (civil day, quantity) pairs that its ``history_need`` names.
    """
    with localcontext(ARITHMETIC):
        return [
            _quantify_one(accepted, () if histories is None else histories[index])
            for index, accepted in enumerate(actions)
        ]


def _quantify_one(accepted: AcceptedAction, history: History) -> Reduction | Refusal:
    version, action = accepted.version, accepted.action
    try:
        hours = _length(version, action.hours if version.reckoning.compiled.timed else None)
        moment = Occasion(accepted.occurred_on, province_of(action.region), history, hours)
        steps = evaluate(version, accepted.bound, accepted.quantities, accepted.evidence, moment)
    except Refusal as refusal:
        return refusal
    quantities = action.quantities
    inputs: RecordedInputs = {
        "quantities": {n: quantities[n] for n in version.told.quantities if n in quantities},
        "evidence": _evidence_read(version.reckoning, accepted.evidence),
        "region": action.region,
        "occurred_on": accepted.occurred_on.isoformat(),
    }
    if version.reckoning.compiled.history:
        inputs["history"] = _history_read(version.reckoning, moment)
    if version.reckoning.compiled.timed:
        inputs["hours"] = plain(hours)
    result, provenance = steps[version.reckoning.result], accepted.bound.provenance
    if accepted.is_self_reported and version.trust.reporting.by_participant:
        inputs["reported_by"] = PARTICIPANT
        result *= version.trust.reporting.factor
        provenance = worst_grade([provenance, version.trust.reporting.grade])
    return Reduction(
        version.stated.rounding.credited_mg(result),
        version.code,
        version.version,
        version.digest,
        provenance,
        version.action_class,
        accepted.vintage,
        inputs,
        {name: factor.factor_id for name, factor in accepted.bound.factors.items()},
    )


def explain(  # noqa: PLR0917 - the inputs of a calculation, in the order of a record
    version: Version,
    quantities: Mapping[str, Decimal | str],
    evidence: Mapping[str, str],
    region: str,
    occurred_on: date,
    history: History = (),
    factors: Mapping[str, str] | None = None,
    recorded_on: date | None = None,
    reported_by: str = PROVIDER,
    share: RecordedShare | None = None,
    hours: Decimal | None = None,
) -> Working:
    """The whole working of one action, or of one that an app only asks about.

    ``factors`` pins factor ids, as stored with a reduction; without them they are resolved as for
    an action recorded on ``recorded_on`` (or on its own day). What the ``participant`` reports
    herself is credited at the rule's factor, and of what a household saved each row has its
    ``share``. ``hours`` is how long it took, where the equations read it. Of the evidence only
    what they read is asked for. Raises the refusals of judgement, of the factors and of the
    arithmetic.
    """
    _check_asked(version, region, occurred_on)
    bound = _bound(version, region, occurred_on, factors, recorded_on or occurred_on)
    texts = {n: f"{v:f}" if isinstance(v, Decimal) else v for n, v in quantities.items()}
    numbers = read_quantities(version, texts)
    evidence = read_evidence_for_equations(version, evidence)
    moment = Occasion(occurred_on, province_of(region), history, _length(version, hours))
    with localcontext(ARITHMETIC):
        steps = evaluate(version, bound, numbers, evidence, moment)
        result, provenance = steps[version.reckoning.result], bound.provenance
        shown = _steps_shown(version, bound, steps)
        if reported_by == PARTICIPANT and version.trust.reporting.by_participant:
            result *= version.trust.reporting.factor
            provenance = worst_grade([provenance, version.trust.reporting.grade])
            shown.append(_self_report_shown(version, result))
        whole_mg = version.stated.rounding.credited_mg(result)
    read = _history_read(version.reckoning, moment) if version.reckoning.compiled.history else []
    return Working(
        part_of(whole_mg, share),
        {
            "methodology": version.label,
            "digest": version.digest,
            "provenance": provenance,
            "inputs": [
                *_inputs_shown(version, quantities, evidence, region, occurred_on),
                *_length_shown(version, moment),
            ],
            "parameters": _parameters_shown(version, bound, occurred_on),
            "steps": shown,
            "history": [{"on": on, "value": value} for on, value in read],
            "rounding": {
                "rule": version.stated.rounding.words,
                "exact_kg": plain(result),
                "negative": version.stated.rounding.negative,
                "saved_mg": str(whole_mg),
            },
            "conditions": _conditions_shown(version.reckoning),
            **_shared(whole_mg, share),
        },
    )


def _check_asked(version: Version, region: str, occurred_on: date) -> None:
    """Whether the rule is one of actions, knows the region and was in force on the day."""
    version.check_of_actions("/version")
    version.reckoning.book.check_region(region)
    if not version.validity.in_force(occurred_on):
        raise NoRuleInForce(
            "version",
            pointer="/occurred_on",
            methodology=version.label,
            on=occurred_on.isoformat(),
            in_force_from=version.validity.starts_on.isoformat(),
        )


def _conditions_shown(reckoning: Reckoning) -> list[ConditionShown]:
    """All are met: an action that does not meet one has no working."""
    return [
        {"name": c.name, "if": c.text, "meaning": c.meaning, "met": True}
        for c in reckoning.conditions
    ]


def explain_record(record: Recomputable, rulebook: Rulebook) -> Working:
    """The working of a stored reduction, from ``Reduction.record()`` and nothing else."""
    version = rulebook.version_by_digest(record["digest"])
    inputs = record["inputs"]
    history = [(date.fromisoformat(on), Decimal(value)) for on, value in inputs.get("history", ())]
    return explain(
        version,
        inputs["quantities"],
        inputs["evidence"],
        inputs["region"],
        date.fromisoformat(inputs["occurred_on"]),
        history,
        record["factors"],
        reported_by=inputs.get("reported_by", PROVIDER),
        share=inputs.get("share"),
        hours=Decimal(inputs["hours"]) if "hours" in inputs else None,
    )


def _length(version: Version, hours: Decimal | None) -> Decimal:
    """How long the action took, in hours; asked for where an equation reads it."""
    if not version.reckoning.compiled.timed:
        return NO_TIME
    if hours is None:
        raise InvalidInterval("end_missing", pointer="/hours", behaviour=version.behaviour)
    return hours


def _length_shown(version: Version, moment: Occasion) -> list[InputShown]:
    if not version.reckoning.compiled.timed:
        return []
    told = "from the beginning to the end of the action"
    return [{"name": "hours", "value": plain(moment.hours), "unit": "h", "meaning": told}]


def _shared(whole_mg: int, share: RecordedShare | None) -> _Shared:
    if share is None:
        return {}
    parts, saved_mg = list(share["parts"]), str(part_of(whole_mg, share))
    shown: ShareShown = {
        "parts": parts,
        "at": share["at"],
        "whole_mg": str(whole_mg),
        "saved_mg": saved_mg,
    }
    return {"share": shown}


def recompute(record: Recomputable, rulebook: Rulebook) -> int:
    """The milligrams again, from what ``Reduction.record()`` stored and nothing else."""
    return explain_record(record, rulebook).saved_mg


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bound(
    version: Version,
    region: str,
    on: date,
    factors: Mapping[str, str] | None,
    recorded_on: date,
) -> Bound:
    if factors is None:
        return version.bound(region, on, recorded_on)
    return version.bind(
        on, {name: version.reckoning.book.factor(code) for name, code in factors.items()}
    )


def _evidence_read(reckoning: Reckoning, evidence: Mapping[str, str]) -> dict[str, str]:
    return {name: evidence[name] for name in reckoning.evidence_read}


def _history_read(reckoning: Reckoning, moment: Occasion) -> list[tuple[str, str]]:
    days = max(reckoning.compiled.history.values(), default=0)
    return [(on.isoformat(), str(value)) for on, value in previous_days(moment, days)]


def _inputs_shown(
    version: Version,
    quantities: Mapping[str, Decimal | str],
    evidence: Mapping[str, str],
    region: str,
    occurred_on: date,
) -> list[InputShown]:
    shown: list[InputShown] = [
        {"name": n, "value": str(quantities[n]), "unit": rule.unit.text, "meaning": rule.meaning}
        for n, rule in version.told.quantities.items()
        if n in quantities
    ]
    shown += [
        {"name": name, "value": value, "meaning": version.told.evidence[name].meaning}
        for name, value in _evidence_read(version.reckoning, evidence).items()
    ]
    shown.append(
        {"name": "region", "value": region, "meaning": version.reckoning.book.name_of(region)}
    )
    day = occurred_on.isoformat()
    shown.append({"name": "occurred_on", "value": day, "meaning": "civil day of the action"})
    return shown


def _parameters_shown(version: Version, bound: Bound, on: date) -> list[ParameterShown]:
    kept: list[ParameterShown] | None = bound.shown.get("parameters")
    if kept is None:
        kept = bound.shown["parameters"] = [
            _parameter_shown(version, bound, position, on)
            for position, parameter in enumerate(version.reckoning.parameters)
            if parameter.name in version.reckoning.compiled.used
        ]
    # Each working has its own, so that nobody writes into another's.
    return [one.copy() for one in kept]


def _steps_shown(version: Version, bound: Bound, steps: Sequence[Decimal]) -> list[StepShown]:
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
    return [{**one, "value": plain(value)} for one, value in zip(kept, steps, strict=True)]


def _self_report_shown(version: Version, result: Decimal) -> StepShown:
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


def _source_shown(stated: Stated, code: str) -> SourceShown:
    source = stated.sources[code]
    return {"code": code, "title": source.title, "url": source.url}
