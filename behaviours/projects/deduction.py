"""What the findings of a sample cost: an upper bound of the overstated mass.

Symbols, the formula and a worked number stand in the README of this folder. Sources: W. G.
Cochran, Sampling Techniques (3rd edition, 1977), separate ratio estimator over strata, sections
6.4 and 6.11, degrees of freedom by Satterthwaite, section 5.4; K. W. Stringer, Practical aspects
of statistical sampling in auditing (1963), for errors that are rare and large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import Final, NamedTuple

from behaviours.projects.quantiles import poisson_limits, student
from behaviours.rules.units import ARITHMETIC

SEEN: Final = "seen"
STUDENT: Final = "student"
STRINGER: Final = "stringer"
_FREEDOM_PLACE: Final = Decimal("0.000001")


class Looked(NamedTuple):
    """One action of the sample, in mg: what was recorded, and what was found."""

    recorded_mg: int
    found_mg: int

    @property
    def over_mg(self) -> int:
        """Finding more than was recorded is not set against anything."""
        return max(0, self.recorded_mg - self.found_mg)


@dataclass(frozen=True, slots=True)
class SeenStratum:
    """A stratum as it stands, and what was looked at in it (all, or some)."""

    population: int
    mass_mg: int
    looked: Sequence[Looked]

    @property
    def is_whole(self) -> bool:
        return len(self.looked) == self.population


class Overstatement(NamedTuple):
    """The best guess and the upper bound, in mg, and which bound it is.

    ``precision`` is their distance as a share of the whole mass.
    """

    estimate_mg: int
    bound_mg: int
    bound: str
    precision: Decimal


def overstated(strata: Sequence[SeenStratum], confidence: Decimal) -> Overstatement:
    """The one-sided upper bound at ``confidence`` of what all strata overstate together.

    The larger of Student's and Stringer's bounds; never less than the errors that were seen, and
    never more than those and everything that was not looked at.
    """
    for each in strata:
        assert 0 < len(each.looked) <= each.population, "something is looked at in every stratum"
    total_mg = sum(each.mass_mg for each in strata)
    seen_mg = sum(one.over_mg for each in strata for one in each.looked)
    exact_mg = sum(one.over_mg for each in strata if each.is_whole for one in each.looked)
    sampled = [each for each in strata if not each.is_whole]
    most_mg = seen_mg + sum(
        each.mass_mg - sum(one.recorded_mg for one in each.looked) for each in sampled
    )
    with localcontext(ARITHMETIC):
        estimate = exact_mg + sum((_estimate(each) for each in sampled), Decimal(0))
        bounds = [(Decimal(seen_mg), SEEN)]
        if sampled:
            bounds.append((estimate + _margin(sampled, confidence), STUDENT))
            bounds.append((exact_mg + _stringer(sampled, confidence), STRINGER))
        largest, bound = max(bounds, key=lambda each: each[0])
        bound_mg = min(most_mg, _up(largest))
        estimate_mg = min(bound_mg, _up(estimate))
        precision = Decimal(bound_mg - estimate_mg) / max(1, total_mg)
        return Overstatement(estimate_mg, bound_mg, bound, precision)


def _estimate(stratum: SeenStratum) -> Decimal:
    return stratum.mass_mg * _ratio(stratum)


def _ratio(stratum: SeenStratum) -> Decimal:
    recorded_mg = sum(one.recorded_mg for one in stratum.looked)
    if not recorded_mg:
        return Decimal(0)
    return Decimal(sum(one.over_mg for one in stratum.looked)) / recorded_mg


def _margin(sampled: Sequence[SeenStratum], confidence: Decimal) -> Decimal:
    """Student's quantile times the standard error of the estimate."""
    parts = [(len(each.looked) - 1, _variance(each)) for each in sampled if len(each.looked) > 1]
    # One action says nothing of the spread: an error in it costs its whole stratum.
    alone = sum(
        (
            each.mass_mg - _estimate(each)
            for each in sampled
            if len(each.looked) == 1 and _bad(each)
        ),
        Decimal(0),
    )
    variance = sum((part for _, part in parts), Decimal(0))
    if not variance:
        return alone
    freedom = variance**2 / sum((part**2 / degrees for degrees, part in parts), Decimal(0))
    # Rounded before it is cut off: one stratum of n has n - 1 degrees, and not a hair less.
    whole = int(freedom.quantize(_FREEDOM_PLACE))
    return alone + student(confidence, max(1, whole)) * variance.sqrt()


def _bad(stratum: SeenStratum) -> bool:
    return any(one.over_mg for one in stratum.looked)


def _variance(stratum: SeenStratum) -> Decimal:
    """Of the stratum's estimate: X^2 (1 - n/N) n / (n - 1) sum((d - r x)^2) / (sum x)^2."""
    size, ratio = len(stratum.looked), _ratio(stratum)
    recorded_mg = sum(one.recorded_mg for one in stratum.looked)
    if not recorded_mg:
        return Decimal(0)
    squares = sum(
        ((one.over_mg - ratio * one.recorded_mg) ** 2 for one in stratum.looked), Decimal(0)
    )
    unseen = 1 - Decimal(size) / stratum.population
    scale = Decimal(stratum.mass_mg) / recorded_mg
    return scale**2 * unseen * size / (size - 1) * squares


def _stringer(sampled: Sequence[SeenStratum], confidence: Decimal) -> Decimal:
    """Mass that one look stands for, times the limits of the shares that were overstated.

    The mass of one look is the largest of all strata, so that no stratum is looked at less.
    """
    limits = poisson_limits(confidence)
    one_look = max(Decimal(each.mass_mg) / len(each.looked) for each in sampled)
    shares = sorted(
        (
            Decimal(one.over_mg) / one.recorded_mg
            for each in sampled
            for one in each.looked
            if one.over_mg
        ),
        reverse=True,
    )
    last = len(limits) - 1
    errors = limits[0]
    for at, share in enumerate(shares, 1):
        event = min(at, last)
        errors += (limits[event] - limits[event - 1]) * share
    return one_look * errors


def _up(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_CEILING))
