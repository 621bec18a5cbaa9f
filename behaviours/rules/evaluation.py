"""Evaluation: one version, one action, every equation's value. The only place where a rule runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, DecimalException

from behaviours.rules.expression import NAME
from behaviours.rules.formula_functions import CannotCalculate, NotEligible, Occasion
from behaviours.rules.members import Condition
from behaviours.rules.methodology import Bound, Version
from behaviours.rules.rounding import REFUSE, settled

# Of actions done before this day a result was not settled, and they keep the milligram with which
# they were recorded.
SETTLED_FROM = date(2026, 12, 15)


def evaluate(  # noqa: PLR0917 - what a compiled rule takes, in its order
    version: Version,
    bound: Bound,
    quantities: Mapping[str, Decimal],
    evidence: Mapping[str, str],
    moment: Occasion,
    counted: Mapping[str, Decimal] | None = None,
) -> tuple[Decimal, ...]:
    """Every equation's value, in order. The caller has set the arithmetic context.

    ``counted`` are the quantities as far as a limit of the rule lets them count; what the action
    has to meet is asked of what was sent.

    Raises NotEligible where the action does not meet a condition of the rule, CannotCalculate where
    the equations have no result.
    """
    reckoning = version.reckoning
    compiled, figures = reckoning.compiled, bound.values
    check = compiled.check
    try:
        if check is not None:
            _check_eligible(version, check(quantities, figures, evidence, moment))
        counted = quantities if counted is None else counted
        steps = compiled.calculate(counted, figures, evidence, moment)
    except DecimalException:
        raise CannotCalculate(
            "no_result", pointer="/quantities", methodology=version.label
        ) from None
    if version.stated.rounding.negative == REFUSE and steps[reckoning.result] < 0:
        raise CannotCalculate("negative", pointer="/quantities", methodology=version.label)
    return _settled(steps, reckoning.result) if moment.on >= SETTLED_FROM else steps


def _settled(steps: tuple[Decimal, ...], at: int) -> tuple[Decimal, ...]:
    result = settled(steps[at])
    return steps if result is steps[at] else (*steps[:at], result, *steps[at + 1 :])


def _check_eligible(version: Version, met: Sequence[bool]) -> None:
    for condition, fulfilled in zip(version.reckoning.conditions, met, strict=True):
        if not fulfilled:
            raise NotEligible(
                pointer=_pointer(version, condition),
                methodology=version.label,
                meaning=condition.meaning,
                condition=condition.name,
                # A word of Python: no argument can be called so.
                **{"if": condition.text},
            )


def _pointer(version: Version, condition: Condition) -> str:
    """To the first thing of the action that the condition reads."""
    for name in NAME.findall(condition.text):
        if name in version.told.quantities:
            return f"/quantities/{name}"
        if name in version.told.evidence:
            return f"/evidence/{name}"
        if name == "region":
            return "/region"
    # A quantity that is sent by key, or the day alone.
    return "/quantities"
