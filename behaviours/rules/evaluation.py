"""Evaluation: one version, one action, every equation's value. The only place where a rule runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, DecimalException

from behaviours.rules.expression import NAME
from behaviours.rules.formula_functions import CannotCalculate, NotEligible, Occasion
from behaviours.rules.members import Condition
from behaviours.rules.methodology import Bound, Version

# A division keeps fifty digits, and what is then multiplied back may miss a whole milligram in the
# last of them: 7 km x 0.085 / 0.42 x 0.4419 is 0.626025 kg and came out a hair less, which rounding
# down made a milligram less. From this day on that hair is taken off. What was done before keeps
# the milligram with which it was recorded.
SETTLED_FROM = date(2026, 12, 15)
_PLACES = Decimal("1e-25")
_HAIR = Decimal("1e-30")
_LARGEST = Decimal(10) ** 19


def evaluate(
    version: Version,
    bound: Bound,
    quantities: Mapping[str, Decimal],
    evidence: Mapping[str, str],
    moment: Occasion,
) -> tuple[Decimal, ...]:
    """Every equation's value, in order. The caller has set the arithmetic context.

    Raises NotEligible where the action does not meet a condition of the rule, CannotCalculate where
    the equations have no result.
    """
    check = version.reckoning.compiled.check
    try:
        if check is not None:
            _check_eligible(version, check(quantities, bound.values, evidence, moment))
        steps = version.reckoning.compiled.calculate(quantities, bound.values, evidence, moment)
    except DecimalException:
        raise CannotCalculate(
            "no_result", pointer="/quantities", methodology=version.label
        ) from None
    if version.stated.negative == "refuse" and steps[version.reckoning.result] < 0:
        raise CannotCalculate("negative", pointer="/quantities", methodology=version.label)
    return _settled(steps, version.reckoning.result) if moment.on >= SETTLED_FROM else steps


def _settled(steps: tuple[Decimal, ...], at: int) -> tuple[Decimal, ...]:
    """The steps with the result on the decimal from which it is no more than a hair away."""
    result = steps[at]
    if abs(result) >= _LARGEST:
        return steps
    settled = result.quantize(_PLACES)
    if result == settled or abs(result - settled) >= _HAIR:
        return steps
    return (*steps[:at], settled, *steps[at + 1 :])


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
