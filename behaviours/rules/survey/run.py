"""Running a rule of projects over one period: every equation for every key, and the results.

The same run serves design values before (ex ante) and measured ones after (ex post), and whoever
recomputes it from ``recorded`` gets the same milligrams.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException, localcontext
from typing import NamedTuple, cast

from behaviours.regions import province_of
from behaviours.rules.factors import Factor
from behaviours.rules.formula_functions import CannotCalculate, NoTableRow
from behaviours.rules.members import Equation
from behaviours.rules.methodology import Bound, Version, worst_grade
from behaviours.rules.rounding import settled
from behaviours.rules.survey.checking import check_survey
from behaviours.rules.survey_rule import Cells, Survey
from behaviours.rules.units import ARITHMETIC, KG_CO2E

# How many keys one run may go over in all: sums within sums end, however they are nested.
VISITS_MAX = 2_000_000

StepValue = Decimal | Cells


class ByVintage(NamedTuple):
    """What belongs to a civil year, in whole milligrams, signed."""

    year: int
    mg: int


@dataclass(frozen=True, slots=True)
class SurveyRun:
    """What came out: ``steps`` by the names of the equations, in their units.

    ``mg`` is the result, a loss below nought; ``results`` the others by name; ``vintages`` the
    result by civil year where the rule has it so, each rounded by itself.
    """

    digest: str
    provenance: str
    factors: Mapping[str, str]
    steps: Mapping[str, StepValue]
    mg: int
    results: Mapping[str, int]
    vintages: Sequence[ByVintage]


def run_survey(
    version: Version,
    survey: Survey,
    *,
    recorded_on: date | None = None,
    factors: Mapping[str, str] | None = None,
    stated: Mapping[str, Decimal | Cells] | None = None,
) -> SurveyRun:
    """Compute a period; figures hold as of its first day.

    ``factors`` pins factor ids as a stored run has them; without them they are resolved as on
    ``recorded_on``, or on the day on which the period ends. ``stated`` are test values of awaited
    figures.

    Raises UnfitSurvey, CannotCalculate, NoTableRow, MethodologyIncomplete and those of the factors.
    """
    check_survey(version, survey)
    bound = _bound(version, survey, recorded_on or survey.ends_on, factors, stated)
    with localcontext(ARITHMETIC):
        values = _calculate(version, survey, bound)
    equations = version.reckoning.equations
    rule = version.survey
    assert rule is not None
    vintages = () if rule.vintages is None else _vintages(version, values[rule.vintages])
    if vintages:
        _check_sum(version, values)
    return SurveyRun(
        digest=version.digest,
        provenance=worst_grade([bound.provenance, *(f.grade for f in survey.fixed.values())]),
        factors={name: factor.factor_id for name, factor in bound.factors.items()},
        steps={each.name: value for each, value in zip(equations, values, strict=True)},
        mg=_mg(version, equations[version.reckoning.result], values[version.reckoning.result]),
        results={
            equations[place].name: _mg(version, equations[place], values[place])
            for place in rule.results
        },
        vintages=vintages,
    )


def _bound(
    version: Version,
    survey: Survey,
    recorded_on: date,
    pinned: Mapping[str, str] | None,
    stated: Mapping[str, Decimal | Cells] | None,
) -> Bound:
    region = province_of(survey.region)
    factors: Mapping[str, Factor]
    if pinned is None:
        factors = version.factors_for(region, survey.starts_on, recorded_on)
    else:
        book = version.reckoning.book
        factors = {name: book.factor(code) for name, code in pinned.items()}
    return version.bind(survey.starts_on, factors, stated if version.awaiting else None)


def _calculate(version: Version, survey: Survey, bound: Bound) -> tuple[StepValue, ...]:
    rule = version.survey
    assert rule is not None
    tables = {
        **survey.quantities,
        **{name: figure.values for name, figure in survey.fixed.items()},
    }
    told = {**rule.quantities, **rule.fixed}
    quantities: dict[str, StepValue] = {
        name: table if told[name].sets else _plain(name, table) for name, table in tables.items()
    }
    for name in rule.previous:
        quantities[f"previous.{name}"] = survey.previous.get(name, Decimal(0))
    period = _Period(survey, rule.years)
    try:
        steps = version.reckoning.compiled.calculate(
            quantities, bound.values, survey.labels, period
        )
    except DecimalException:
        raise CannotCalculate(
            "no_result", pointer="/quantities", methodology=version.label
        ) from None
    return cast(tuple[StepValue, ...], steps)


def _plain(name: str, table: Cells) -> Decimal:
    value = table.get(())
    if value is None:
        raise NoTableRow("cell", table=name, row="")
    return value


class _Period:
    """What the equations read beside the tables: the keys, the years, the place."""

    def __init__(self, survey: Survey, years: str | None) -> None:
        self.on, self.region = survey.starts_on, province_of(survey.region)
        self._survey, self._visits = survey, 0
        self._members: dict[str, Sequence[str]] = dict(survey.members)
        if years is not None:
            self._members[years] = survey.years()
        self._within: dict[tuple[str, str], list[str]] = {}
        for name, parents in survey.parents.items():
            for key in survey.members.get(name, ()):
                self._within.setdefault((name, parents[key]), []).append(key)

    def members(self, name: str, within: str | None = None) -> Sequence[str]:
        found = self._members[name] if within is None else self._within.get((name, within), ())
        self._visits += len(found)
        if self._visits > VISITS_MAX:
            raise CannotCalculate("too_long", most=VISITS_MAX)
        return found

    def days_in(self, year: str) -> Decimal:
        return Decimal(self._survey.days_in(int(year)))

    @staticmethod
    def year_days(year: str) -> Decimal:
        return Decimal((date(int(year) + 1, 1, 1) - date(int(year), 1, 1)).days)

    @staticmethod
    def year_of(year: str) -> Decimal:
        return Decimal(year)


def _mg(version: Version, equation: Equation, value: StepValue) -> int:
    assert isinstance(value, Decimal)
    return _rounded(version, equation, value)


def _rounded(version: Version, equation: Equation, value: Decimal) -> int:
    scale = equation.unit.factor_to(KG_CO2E)
    with localcontext(ARITHMETIC):
        kilograms = settled(value * scale.numerator / scale.denominator)
        return version.stated.rounding.mg(kilograms)


def _vintages(version: Version, value: StepValue) -> tuple[ByVintage, ...]:
    rule = version.survey
    assert rule is not None
    assert rule.vintages is not None
    assert not isinstance(value, Decimal)
    equation = version.reckoning.equations[rule.vintages]
    return tuple(
        ByVintage(int(keys[0]), _rounded(version, equation, each)) for keys, each in value.items()
    )


def _check_sum(version: Version, values: Sequence[StepValue]) -> None:
    """The years together are the result: raises CannotCalculate, for the rule itself is wrong."""
    rule, reckoning = version.survey, version.reckoning
    assert rule is not None
    assert rule.vintages is not None
    by_year, whole = values[rule.vintages], values[reckoning.result]
    assert isinstance(whole, Decimal)
    assert not isinstance(by_year, Decimal)
    units = [reckoning.equations[place].unit for place in (rule.vintages, reckoning.result)]
    scale = units[0].factor_to(units[1])
    with localcontext(ARITHMETIC):
        together = sum(by_year.values(), Decimal(0)) * scale.numerator / scale.denominator
        if abs(together - whole) > abs(whole) * _AGREES:
            raise CannotCalculate("vintages_differ", methodology=version.label)


# Of fifty digits the last ones are lost where a year's share is a division.
_AGREES = Decimal("1e-40")
