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
    HistoryShown,
    InputShown,
    LimitShown,
    Recomputable,
    RecordedInputs,
    ShareShown,
    UncertaintyShown,
    WorkingShown,
)
from behaviours.actions.judgement import read_evidence_for_equations, read_quantities
from behaviours.actions.laid_open import (
    conditions_shown,
    deduction_shown,
    evidence_read,
    inputs_shown,
    parameters_shown,
    plain,
    self_report_shown,
    steps_shown,
    uncertainty_shown,
)
from behaviours.actions.limits import Before, Limited, before_of, limited
from behaviours.actions.reduction import Reduction
from behaviours.actions.refusals import InvalidInterval
from behaviours.refusal import Refusal
from behaviours.regions import province_of
from behaviours.rules.evaluation import evaluate
from behaviours.rules.formula_functions import NO_TIME, Occasion, previous_days
from behaviours.rules.methodology import Bound, Reckoning, Version, worst_grade
from behaviours.rules.propagation import WHOLE, Case
from behaviours.rules.rulebook import NoRuleInForce, Rulebook
from behaviours.rules.trusted import PARTICIPANT, PROVIDER
from behaviours.rules.units import ARITHMETIC
from behaviours.sharing import RecordedShare, part_of

History = Sequence[tuple[date, Decimal]]


class _Shared(TypedDict, total=False):
    share: ShareShown


class _Spread(TypedDict, total=False):
    uncertainty: UncertaintyShown


class _Limits(TypedDict, total=False):
    limits: list[LimitShown]


@dataclass(slots=True)
class Working:
    """A calculation laid open: every input, figure, step and the rounding, as plain JSON.

    Nobody changes one; that it is not frozen saves a thirtieth of making it.
    """

    saved_mg: int
    shown: CalculationShown

    def as_dict(self) -> WorkingShown:
        return {"saved_mg": self.saved_mg, **self.shown}


def quantify(
    actions: Sequence[AcceptedAction],
    histories: Sequence[History] | None = None,
    counted_before: Sequence[Before] | None = None,
) -> list[Reduction | Refusal]:
    """One reduction per action, order kept; a Refusal where the rule has no result.

    ``histories`` has, per action, the (civil day, quantity) pairs that its ``history_need`` names,
    ``counted_before`` what counted before by the limits of its rule.
    """
    with localcontext(ARITHMETIC):
        return [
            _quantify_one(
                accepted,
                () if histories is None else histories[index],
                {} if counted_before is None else counted_before[index],
            )
            for index, accepted in enumerate(actions)
        ]


def _quantify_one(
    accepted: AcceptedAction, history: History, before: Before
) -> Reduction | Refusal:
    version, action = accepted.version, accepted.action
    limits = limited(version, accepted.quantities, before) if version.limits else None
    counted = limits.quantities if limits else None
    try:
        hours = _length(version, action.hours if version.reckoning.compiled.timed else None)
        moment = Occasion(accepted.occurred_on, province_of(action.region), history, hours)
        steps = evaluate(
            version, accepted.bound, accepted.quantities, accepted.evidence, moment, counted
        )
    except Refusal as refusal:
        return refusal
    quantities = action.quantities
    inputs: RecordedInputs = {
        "quantities": {n: quantities[n] for n in version.told.quantities if n in quantities},
        "evidence": evidence_read(version.reckoning, accepted.evidence),
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
    if version.deduction:
        factor = version.trust.reporting.factor if accepted.is_self_reported else WHOLE
        case = Case(
            *(version, accepted.bound, counted or accepted.quantities, accepted.evidence, moment),
            factor,
        )
        result = case.credited(result)
    saved_mg = version.stated.rounding.credited_mg(result)
    if limits:
        try:
            saved_mg = _keep_limits(inputs, limits, saved_mg, accepted.occurred_on)
        except Refusal as refusal:
            return refusal
    return Reduction(
        saved_mg,
        version.code,
        version.version,
        version.digest,
        provenance,
        version.action_class,
        accepted.vintage,
        inputs,
        {name: factor.factor_id for name, factor in accepted.bound.factors.items()},
    )


def _keep_limits(inputs: RecordedInputs, limits: Limited, whole_mg: int, on: date) -> int:
    """What is credited within the limits, which are kept with the inputs; raises LimitReached."""
    saved_mg = limits.credited(whole_mg, on)
    inputs["limits"] = limits.recorded(saved_mg)
    cut_by = limits.limited_by(whole_mg)
    if cut_by:
        inputs["limited_by"] = cut_by
    return saved_mg


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
    counted_before: Mapping[str, Decimal | str] | None = None,
) -> Working:
    """The whole working of one action, or of one that an app only asks about.

    ``factors`` pins factor ids, as stored with a reduction; without them they are resolved as for
    an action recorded on ``recorded_on`` (or on its own day). What the ``participant`` reports
    herself is credited at the rule's factor, and of what a household saved each row has its
    ``share``. ``hours`` is how long it took, where the equations read it, ``counted_before`` what
    counted before in the periods of the rule's limits, by name and in its unit. Of the evidence
    only what the equations read is asked for. Raises the refusals of judgement, of the factors, of
    the arithmetic and of the limits.
    """
    _check_asked(version, region, occurred_on)
    bound = _bound(version, region, occurred_on, factors, recorded_on or occurred_on)
    texts = {n: f"{v:f}" if isinstance(v, Decimal) else v for n, v in quantities.items()}
    numbers = read_quantities(version, texts)
    evidence = read_evidence_for_equations(version, evidence)
    moment = Occasion(occurred_on, province_of(region), history, _length(version, hours))
    limits = _limited(version, numbers, counted_before or {})
    counted = limits.quantities if limits else numbers
    with localcontext(ARITHMETIC):
        steps = evaluate(version, bound, numbers, evidence, moment, counted)
        result, provenance = steps[version.reckoning.result], bound.provenance
        shown = steps_shown(version, bound, steps)
        if reported_by == PARTICIPANT and version.trust.reporting.by_participant:
            result *= version.trust.reporting.factor
            provenance = worst_grade([provenance, version.trust.reporting.grade])
            shown.append(self_report_shown(version, result))
        factor = version.trust.reporting.factor if reported_by == PARTICIPANT else WHOLE
        case, whole = Case(version, bound, counted, evidence, moment, factor), result
        if version.deduction:
            result = case.credited(whole)
            shown.append(deduction_shown(version, whole, result))
        whole_mg = version.stated.rounding.credited_mg(result)
    saved_mg = limits.credited(whole_mg, occurred_on) if limits else whole_mg
    return Working(
        part_of(saved_mg, share),
        {
            "methodology": version.label,
            "digest": version.digest,
            "provenance": provenance,
            "inputs": inputs_shown(version, bound, quantities, evidence, region, occurred_on)
            + _length_shown(version, moment),
            "parameters": parameters_shown(version, bound, occurred_on),
            "steps": shown,
            "history": _history_shown(version.reckoning, moment),
            "rounding": {
                "rule": version.stated.rounding.words,
                "exact_kg": plain(result),
                "negative": version.stated.rounding.negative,
                "saved_mg": str(whole_mg),
            },
            "conditions": conditions_shown(version.reckoning),
            **_spread_shown(case, whole),
            **_limits_shown(limits, whole_mg, saved_mg, occurred_on),
            **_shared(whole_mg, share),
        },
    )


def _limited(
    version: Version, numbers: Mapping[str, Decimal], stated: Mapping[str, Decimal | str]
) -> Limited | None:
    """As its rule's limits let it count, by what is said to have counted; None: there are none."""
    return limited(version, numbers, before_of(version, stated)) if version.limits else None


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
        counted_before={name: each["before"] for name, each in inputs.get("limits", {}).items()},
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


def _history_shown(reckoning: Reckoning, moment: Occasion) -> list[HistoryShown]:
    if not reckoning.compiled.history:
        return []
    return [{"on": on, "value": value} for on, value in _history_read(reckoning, moment)]


def _spread_shown(case: Case, result: Decimal) -> _Spread:
    spread = case.spread()
    return {} if spread is None else {"uncertainty": uncertainty_shown(spread, result)}


def _limits_shown(limits: Limited | None, whole_mg: int, saved_mg: int, on: date) -> _Limits:
    if limits is None:
        return {}
    return {"limits": limits.shown(whole_mg, saved_mg, on)}


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


def _history_read(reckoning: Reckoning, moment: Occasion) -> list[tuple[str, str]]:
    days = max(reckoning.compiled.history.values(), default=0)
    return [(on.isoformat(), str(value)) for on, value in previous_days(moment, days)]
