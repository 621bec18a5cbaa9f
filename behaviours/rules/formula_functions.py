"""What a compiled formula may call while it runs, and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation
from typing import Any

from behaviours.refusal import Invalid
from behaviours.rules.ranges import Ranges
from behaviours.rules.rounding import rounded

DAYS_MAX = 366
NO_TIME = Decimal(0)
_EXPONENT_MAX = 1000
# Of fewer there is no variance.
_SAMPLE_LEAST = 2
# What has no exact value is computed to 28 digits, the last to the nearest, halves to the even one.
ROOTS = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, InvalidOperation])


class NoTableRow(Invalid):
    """The rule's table has no row for what the evidence or a quantity says."""

    cases = ("table", "quantity", "range", "cell")


class CannotCalculate(Invalid):
    """The equations have no result for these inputs, for example a division by zero."""

    cases = (
        "no_result",
        "negative",
        "power",
        "days_unknown",
        "root",
        "logarithm",
        "growth",
        "too_few",
        "too_long",
        "vintages_differ",
    )


class NotEligible(Invalid):
    """The rule names a condition that the action does not meet."""


@dataclass(slots=True)
class Occasion:
    """When and where an action was done, how long it took, and what is known of the days before.

    Nobody changes one; that it is not frozen makes it twice as quick, and every action has one.
    """

    on: date
    region: str
    history: Sequence[tuple[date, Decimal]] = ()
    hours: Decimal = NO_TIME


def row(table: Mapping[tuple[str, ...], Decimal], name: str, keys: tuple[str, ...]) -> Decimal:
    value = table.get(keys)
    if value is None:
        raise NoTableRow("table", table=name, row=", ".join(keys))
    return value


def in_range(table: Ranges, name: str, x: Decimal) -> Decimal:
    value = table.at(x)
    if value is None:
        raise NoTableRow("range", table=name, row=f"{x:f}")
    return value


def cell(cells: Mapping[tuple[str, ...], Decimal], name: str, keys: tuple[str, ...]) -> Decimal:
    """What is known for these keys of a project: a measurement, a label or a step."""
    value = cells.get(keys)
    if value is None:
        raise NoTableRow("cell", table=name, row=", ".join(keys))
    return value


def sum_of(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def count_of(members: Sequence[str]) -> Decimal:
    return Decimal(len(members))


def mean_of(values: Sequence[Decimal]) -> Decimal:
    if not values:
        raise CannotCalculate("too_few", least=1)
    return sum_of(values) / len(values)


def variance_of(values: Sequence[Decimal]) -> Decimal:
    """Of a sample: the squared differences from the mean, over one less than their number."""
    if len(values) < _SAMPLE_LEAST:
        raise CannotCalculate("too_few", least=_SAMPLE_LEAST)
    mean = mean_of(values)
    return sum_of([(value - mean) ** 2 for value in values]) / (len(values) - 1)


def least_of(values: Sequence[Decimal]) -> Decimal:
    if not values:
        raise CannotCalculate("too_few", least=1)
    return min(values)


def greatest_of(values: Sequence[Decimal]) -> Decimal:
    if not values:
        raise CannotCalculate("too_few", least=1)
    return max(values)


def by_key(sent: Mapping[str, Decimal], name: str, keys: tuple[str, ...]) -> Decimal:
    value = sent.get(".".join((name, *keys)))
    if value is None:
        raise NoTableRow("quantity", table=name, row=", ".join(keys))
    return value


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """``base`` to a whole exponent; whole so that decay by year stays exact arithmetic."""
    if exponent != exponent.to_integral_value() or abs(exponent) > _EXPONENT_MAX:
        raise CannotCalculate("power")
    return base ** int(exponent)


def sqrt(x: Decimal) -> Decimal:
    if x < 0:
        raise CannotCalculate("root")
    return ROOTS.sqrt(x)


def ln(x: Decimal) -> Decimal:
    if x <= 0:
        raise CannotCalculate("logarithm")
    return ROOTS.ln(x)


def exp(x: Decimal) -> Decimal:
    if abs(x) > _EXPONENT_MAX:
        raise CannotCalculate("growth")
    return ROOTS.exp(x)


def previous_days(moment: Occasion, days: int) -> list[tuple[date, Decimal]]:
    """The known values of the ``days`` civil days before the action, one per day, oldest first."""
    first = moment.on - timedelta(days=days)
    known = {day: value for day, value in moment.history if first <= day < moment.on}
    return sorted(known.items())


def days_known(moment: Occasion, _quantity: str, days: int) -> Decimal:
    return Decimal(len(previous_days(moment, days)))


def mean_previous(moment: Occasion, quantity: str, days: int) -> Decimal:
    known = previous_days(moment, days)
    if len(known) < days:
        raise CannotCalculate(
            "days_unknown",
            pointer=f"/quantities/{quantity}",
            quantity=quantity,
            days=days,
            known=len(known),
        )
    return sum((value for _, value in known), Decimal(0)) / Decimal(days)


def total_previous(moment: Occasion, _quantity: str, days: int) -> Decimal:
    """The sum of the known days; a day that is not known counts as nought."""
    return sum((value for _, value in previous_days(moment, days)), Decimal(0))


def total_this_year(moment: Occasion, _quantity: str, days: int) -> Decimal:
    """What is known of the action's civil year before its day."""
    this_year = (v for day, v in previous_days(moment, days) if day.year == moment.on.year)
    return sum(this_year, Decimal(0))


def year(day: date) -> Decimal:
    return Decimal(day.year)


def years_between(first: date, last: date) -> Decimal:
    """Whole years from ``first`` to ``last``, negative when ``last`` comes before."""
    if last < first:
        return -years_between(last, first)
    passed = last.year - first.year
    if (last.month, last.day) < (first.month, first.day):
        passed -= 1
    return Decimal(passed)


def as_date(text: str) -> date:
    return date.fromisoformat(text)


RUNTIME: dict[str, Any] = {
    "row": row,
    "by_key": by_key,
    "in_range": in_range,
    "cell": cell,
    "sum_of": sum_of,
    "count_of": count_of,
    "mean_of": mean_of,
    "variance_of": variance_of,
    "least_of": least_of,
    "greatest_of": greatest_of,
    "power": power,
    "sqrt": sqrt,
    "ln": ln,
    "exp": exp,
    "rounded": rounded,
    "abs": abs,
    "mean_previous": mean_previous,
    "days_known": days_known,
    "total_previous": total_previous,
    "total_this_year": total_this_year,
    "year": year,
    "years_between": years_between,
    "as_date": as_date,
    "min": min,
    "max": max,
}
