"""Verification: how many actions a verifier looks at, and how they are spread over the strata.

Sources of the formulas: W. G. Cochran, Sampling Techniques (3rd edition, 1977), sample size for a
proportion with finite population correction, section 4.4. Everything is integer or Decimal, so
that a stranger gets the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import Final

from behaviours.programme import Sampling
from behaviours.refusal import Invalid
from behaviours.rules.units import ARITHMETIC

# Quantiles of the normal distribution, rounded up so that they err on the careful side.
_TWO_SIDED = {
    Decimal("0.80"): Decimal("1.2816"),
    Decimal("0.90"): Decimal("1.6449"),
    Decimal("0.95"): Decimal("1.9600"),
    Decimal("0.99"): Decimal("2.5759"),
}
# The spread of a stratum cannot be told from one look.
LEAST_OF_STRATUM: Final = 2


class InvalidPlan(Invalid, code="INVALID_SAMPLING_PLAN"):
    """A sampling plan that no deduction can be drawn from, or below the programme's floor."""

    cases = ("empty", "share", "confidence", "floor")


@dataclass(frozen=True, slots=True)
class Stratum:
    """Actions of one behaviour and one range of mass, of which ``size`` are looked at.

    ``behaviour`` None: the largest of all behaviours, which are taken whole. A mass m is in it
    when ``from_mg`` <= m, and m < ``below_mg`` where that is stated.
    """

    number: int
    behaviour: str | None
    from_mg: int
    below_mg: int | None
    population: int
    mass_mg: int
    size: int = 0


def check_floor(confidence: Decimal, precision: Decimal, floor: Sampling) -> None:
    """Refuse a plan that promises less than the programme asks for. Raises InvalidPlan."""
    if confidence < floor.least_confidence or precision > floor.widest_precision:
        raise InvalidPlan(
            "floor",
            pointer="/plan",
            least_confidence=str(floor.least_confidence),
            widest_precision=str(floor.widest_precision),
        )


def sample_size(
    population: int,
    *,
    confidence: Decimal = Decimal("0.95"),
    precision: Decimal = Decimal("0.05"),
    expected_share: Decimal = Decimal("0.5"),
    least: int = 1,
) -> int:
    """n0 = z^2 p (1 - p) / d^2 and n = n0 / (1 + (n0 - 1) / N), rounded up.

    At least ``least``, and at most all N.
    """
    if confidence not in _TWO_SIDED:
        raise InvalidPlan("confidence", levels=[str(level) for level in _TWO_SIDED])
    if population < 1:
        raise InvalidPlan("empty")
    if not 0 < precision < 1 or not 0 < expected_share < 1:
        raise InvalidPlan("share")
    z = _TWO_SIDED[confidence]
    with localcontext(ARITHMETIC):
        unlimited = z * z * expected_share * (1 - expected_share) / (precision * precision)
        size = unlimited / (1 + (unlimited - 1) / population)
        return max(1, min(population, max(least, int(size.to_integral_value(ROUND_CEILING)))))


def takes_whole_above(total_mg: int, size: int) -> int:
    """Actions of more than this mass are all looked at: the size-th part of the total."""
    return total_mg // size


def allot(strata: Sequence[Stratum], size: int) -> list[Stratum]:
    """The strata with how many are looked at in each.

    The largest are taken whole; what is left of ``size`` is spread over the other strata in
    proportion to their mass, rounded up, at least two of each. A stratum that would be due more
    than it has is taken whole, and the rest is spread anew.
    """
    whole = {each.number for each in strata if each.behaviour is None}
    if size >= sum(each.population for each in strata):
        whole = {each.number for each in strata}
    while True:
        rest = [each for each in strata if each.number not in whole]
        left = max(0, size - sum(each.population for each in strata if each.number in whole))
        mass_mg = sum(each.mass_mg for each in rest)
        due = {each.number: -(-left * each.mass_mg // max(1, mass_mg)) for each in rest}
        full = {each.number for each in rest if due[each.number] >= each.population}
        if not full:
            break
        whole |= full
    return [
        replace(
            each,
            size=each.population
            if each.number in whole
            else min(each.population, max(LEAST_OF_STRATUM, due[each.number])),
        )
        for each in strata
    ]
