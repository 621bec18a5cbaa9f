"""Propagation: from the stated uncertainties of figures to that of a result.

IPCC 2006 Guidelines, volume 1, chapter 3, approach 1: error propagation of the first order, of
figures that are independent of each other. A figure that stands in several places is moved in all
of them at once, and so counts once, with its whole effect. How much a result moves with a figure is
the symmetric difference quotient over a thousand-millionth of the figure's half-width, in fifty
digits; where an equation is rounded, and so has no slope, over the whole half-width. Rows of a
table are figures of their own. A figure without a stated uncertainty counts as exact: the result's
is then a least one, and those figures are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException, localcontext
from typing import Any, NamedTuple

from behaviours.refusal import Refusal
from behaviours.rules.formula_functions import ROOTS, Occasion
from behaviours.rules.methodology import Bound, Version
from behaviours.rules.ranges import Ranges
from behaviours.rules.rounding import settled
from behaviours.rules.uncertainty import CONFIDENCE, Uncertainty
from behaviours.rules.units import ARITHMETIC

_STEP = Decimal("1e-9")
_LEAST = Decimal("1e-18")
WHOLE = Decimal(1)


class MovedFigure(NamedTuple):
    """A figure, or a row of one, that states an uncertainty.

    ``half_width`` is around it, in its unit; ``moves_kg`` what that moves the result by.
    """

    name: str
    key: tuple[str, ...]
    stated: Uncertainty
    half_width: Decimal
    unit: str
    moves_kg: Decimal


@dataclass(frozen=True, slots=True)
class Propagated:
    """The uncertainty of a result: a half-width, what makes it, and which figures state none.

    Figures are those that the equations read.
    """

    half_width_kg: Decimal
    figures: tuple[MovedFigure, ...]
    unstated: tuple[str, ...]


@dataclass(slots=True)
class Case:
    """What a result was computed from; ``quantities`` as they count, ``factor`` of a self-report.

    ``bound`` is of the day of ``moment``.
    """

    version: Version
    bound: Bound
    quantities: Mapping[str, Decimal]
    evidence: Mapping[str, str]
    moment: Occasion
    factor: Decimal = WHOLE

    def spread(self, confidence: str = CONFIDENCE) -> Propagated | None:
        """Of the result; None where no figure states anything, or none can be moved."""
        stated = self._stated()
        if not stated:
            return None
        with localcontext(ARITHMETIC):
            try:
                figures = tuple(
                    moved
                    for place, each in stated.items()
                    for moved in self._moved(place, each, confidence)
                )
            except (DecimalException, Refusal):
                return None
            squares = sum((each.moves_kg**2 for each in figures), Decimal(0))
            used = self.version.reckoning.compiled.used
            unstated = tuple(
                parameter.name
                for place, parameter in enumerate(self.version.reckoning.parameters)
                if place not in stated and parameter.name in used
            )
            # The last of 28 digits of a root says nothing of a kilogram any more.
            half_width = ROOTS.sqrt(squares).quantize(_LEAST, ROUND_HALF_EVEN)
            return Propagated(half_width, figures, unstated)

    def credited(self, result: Decimal) -> Decimal:
        """The result, less what the rule takes off for its uncertainty, if it takes off anything.

        The caller has set the arithmetic context.
        """
        rule = self.version.deduction
        spread = None if rule is None else self.spread(rule.confidence)
        if rule is None or spread is None or result == 0:
            return result
        return settled(result - rule.taken_off(spread.half_width_kg, abs(result)))

    def _stated(self) -> Mapping[int, Uncertainty]:
        kept: dict[int, Uncertainty] | None = self.bound.shown.get("stated")
        if kept is None:
            kept = self.bound.shown["stated"] = dict(_stated(self.version, self.bound, self.moment))
        return kept

    def _moved(self, place: int, stated: Uncertainty, confidence: str) -> Iterator[MovedFigure]:
        """Each number of a figure with what it moves."""
        parameter = self.version.reckoning.parameters[place]
        rounds = any(each.rounding is not None for each in self.version.reckoning.equations)
        step = WHOLE if rounds else _STEP
        for key, number, with_another in _numbers(self.bound.values[place]):
            half_width = stated.around(number, confidence)
            above, below = (
                self._result(place, with_another(number + sign * step * half_width))
                for sign in (1, -1)
            )
            yield MovedFigure(
                *(parameter.name, key, stated, half_width, parameter.unit.text),
                abs(above - below) / (2 * step),
            )

    def _result(self, place: int, value: Any) -> Decimal:
        values = list(self.bound.values)
        values[place] = value
        reckoning = self.version.reckoning
        steps = reckoning.compiled.calculate(
            self.quantities, tuple(values), self.evidence, self.moment
        )
        return steps[reckoning.result] * self.factor


def _stated(version: Version, bound: Bound, moment: Occasion) -> Iterator[tuple[int, Uncertainty]]:
    """The places of the figures that the equations read and of which something is stated."""
    for place, parameter in enumerate(version.reckoning.parameters):
        if parameter.name not in version.reckoning.compiled.used or parameter.awaiting:
            continue
        if parameter.series is not None:
            stated = bound.factors[parameter.name].uncertainty
        else:
            value = parameter.on(moment.on)
            stated = None if value is None else value.uncertainty
        if stated is not None:
            yield place, stated


def _numbers(value: Any) -> Iterator[tuple[tuple[str, ...], Decimal, Any]]:
    """Each number of a figure: its key, itself, and the figure with another one in its place."""
    if isinstance(value, Decimal):
        yield (), value, lambda other: other
    elif isinstance(value, Ranges):
        for at, (row, number) in enumerate(value.rows()):
            yield (row,), number, lambda other, at=at: _with_row(value, at, other)
    else:
        for key, number in value.items():
            yield key, number, lambda other, key=key: {**value, key: other}


def _with_row(table: Ranges, at: int, other: Decimal) -> Ranges:
    return Ranges(table.begin, table.ends, (*table.values[:at], other, *table.values[at + 1 :]))
