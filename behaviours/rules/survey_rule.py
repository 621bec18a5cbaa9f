"""What a rule of projects asks for, and what was measured: the two sides of a calculation.

An action is one row; a project is a table. Its keys (strata, plots, meters) are the project's own,
registered with it and unknown to the rule, and its result may be a loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from behaviours.refusal import Invalid
from behaviours.rules.formula_scope import OpenSet
from behaviours.rules.members import QuantityRule
from behaviours.rules.units import Unit

# Of one set, and of all cells of a survey: enough for a province's forests, and bounded.
KEYS_MAX, CELLS_MAX = 10_000, 200_000
YEARS_MAX = 101

Keys = tuple[str, ...]
Cells = Mapping[Keys, Decimal]


class UnfitSurvey(Invalid):
    """What was measured does not fit the rule: a name, a key or a number too many or too few."""

    cases = (
        "unknown_name",
        "missing",
        "unknown_set",
        "set_missing",
        "key_form",
        "key_doubled",
        "parent_unknown",
        "unknown_key",
        "too_many",
        "out_of_bounds",
        "period",
        "label_form",
        "previous_missing",
    )


class ForProjects(Invalid):
    """The rule is one of projects: it is computed over a period of a project, not by action."""


class ForActions(Invalid):
    """The rule is one of actions: it knows no monitoring period."""


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A word for each key of some sets, such as the species of a stratum, out of ``allowed``."""

    name: str
    sets: tuple[str, ...]
    allowed: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class PreviousRule:
    """What the last verified period came to; nought where there was none."""

    name: str
    unit: Unit
    meaning: str


@dataclass(frozen=True, slots=True)
class SurveyRule:
    """What has to be told of a project in a period.

    ``quantities`` are measured anew in each period, ``fixed`` are the project's own figures, stated
    with source and grade at validation. ``years`` names the set of the civil years of the period.
    ``results`` are the places of the equations that are results beside the main one, ``vintages``
    that of the one which has the result by civil year.
    """

    sets: Mapping[str, OpenSet]
    years: str | None
    quantities: Mapping[str, QuantityRule]
    fixed: Mapping[str, QuantityRule]
    labels: Mapping[str, LabelRule]
    previous: Mapping[str, PreviousRule]
    results: tuple[int, ...] = ()
    vintages: int | None = None


@dataclass(frozen=True, slots=True)
class FixedFigure:
    """A project's own figure, as validated: its values, where they were read and their grade."""

    values: Cells
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a project in a period, from ``starts_on`` up to, without, ``ends_on``.

    ``members`` has the keys of each set in order; of one within another, by the key it lies in.
    A plain quantity is a table of one cell with the key ``()``. ``previous`` is empty before the
    first verification.
    """

    region: str
    starts_on: date
    ends_on: date
    members: Mapping[str, Sequence[str]]
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    quantities: Mapping[str, Cells] = field(default_factory=dict)
    labels: Mapping[str, Mapping[Keys, str]] = field(default_factory=dict)
    fixed: Mapping[str, FixedFigure] = field(default_factory=dict)
    previous: Mapping[str, Decimal] = field(default_factory=dict)

    def years(self) -> list[str]:
        """The civil years that the period touches, in order."""
        last = self.ends_on - timedelta(days=1)
        return [f"{year:04d}" for year in range(self.starts_on.year, last.year + 1)]

    def days_in(self, year: int) -> int:
        """How many days of the period lie in a civil year."""
        first, last = date(year, 1, 1), date(year, 12, 31) + timedelta(days=1)
        return max(0, (min(self.ends_on, last) - max(self.starts_on, first)).days)
