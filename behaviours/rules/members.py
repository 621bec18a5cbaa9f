"""The members of a rule's document: what each of its quantities, figures and equations states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from behaviours.rules.factors import Resolution
from behaviours.rules.formula_scope import EquationLine, Loop
from behaviours.rules.ranges import Ranges
from behaviours.rules.rounding import StepRounding
from behaviours.rules.uncertainty import Uncertainty
from behaviours.rules.units import Unit

Rows = Sequence[tuple[tuple[str, ...], Decimal]]
# Whose action a rule is about, where it is everybody's who lives in the dwelling.
HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a rule lacks before it can take an action, and the document in which it stands.

    ``name`` is the parameter's, or empty when more than a figure is missing.
    """

    name: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure or an equation was read."""

    code: str
    title: str
    url: str
    read: str


@dataclass(frozen=True, slots=True)
class QuantityRule:
    """Activity data: a decimal string between two bounds, in one unit.

    One that is sent by key stands here once per key, as ``mass_kg.cotton`` of the ``group``
    ``mass_kg``: keys that are left out count as nought, and at least one has to be sent. One of a
    project that is measured for each key of some ``sets`` stands here once.
    """

    name: str
    unit: Unit
    least: Decimal
    most: Decimal
    whole: bool
    meaning: str
    evidence: str
    required: bool = True
    group: str = ""
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """A text that proves the action; ``kind`` is ``text`` or ``date``.

    An ``optional`` one may be left out and has the empty ``default``.
    """

    name: str
    meaning: str
    kind: str
    pattern: re.Pattern[str] | None
    default: str | None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One dated value of a parameter: a number, or rows of a table."""

    start: date
    number: Decimal | Mapping[tuple[str, ...], Decimal] | Ranges
    source: str
    grade: str
    note: str
    uncertainty: Uncertainty | None = None


def rows_of(number: Decimal | Mapping[tuple[str, ...], Decimal] | Ranges) -> Rows:
    """A figure as rows of a table, each with its keys; a plain number is one row without any."""
    if isinstance(number, Decimal):
        return [((), number)]
    if isinstance(number, Ranges):
        return [((row,), value) for row, value in number.rows()]
    return list(number.items())


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the rule: dated ``values``, or a ``series`` with its way of picking a factor.

    ``awaiting`` says what is missing of a figure that no source gave. A table by ``keys`` is
    read by texts, one by a ``range`` by a quantity of that unit.
    """

    name: str
    unit: Unit
    meaning: str
    values: tuple[Value, ...]
    series: Resolution | None
    keys: tuple[str, ...]
    awaiting: Awaited | None = None
    range: Unit | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is one number, and no table."""
        return not self.keys and self.range is None

    def on(self, day: date) -> Value | None:
        """The value that holds on a day: the last one that has started.

        Before all of them the first: an amended version is tried by cases of earlier days.
        """
        started = [value for value in self.values if value.start <= day]
        return started[-1] if started else next(iter(self.values), None)


@dataclass(frozen=True, slots=True)
class Equation:
    """A named step of the rule, in the source's own structure; rounded where the source rounds."""

    name: str
    text: str
    unit: Unit
    meaning: str
    source: str
    grade: str
    rounding: StepRounding | None = None
    loops: tuple[Loop, ...] = ()

    @property
    def line(self) -> EquationLine:
        """As it is compiled."""
        return EquationLine(self.name, self.text, self.unit, self.rounding, self.loops)


@dataclass(frozen=True, slots=True)
class Condition:
    """What an action must meet to be taken at all; ``meaning`` is what the refused one is told."""

    name: str
    text: str
    meaning: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose the claim is, ``user`` or ``operator``, and who may report it for the owner.

    ``delegation`` is ``open`` (whoever has the person's consent), ``entrusted`` (a provider names
    the authorisation in ``evidence``) or ``none`` (the owner alone).
    """

    owner: str
    delegation: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """How an action's claim key is made: a kind, the evidence it reads, and what else counts.

    With ``per_day`` or ``per_year`` the civil day or year of the action is part of the key, with
    ``person`` the participant is.
    """

    kind: str
    evidence: tuple[str, ...]
    per_day: bool
    ignore_case: bool
    per_year: bool = False
    person: bool = False


@dataclass(frozen=True, slots=True)
class ExclusionRule:
    """One side of a choice between behaviours, per civil ``day`` or ``year`` of a person."""

    group: str
    side: str
    period: str


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """What the time between occurred_at and ended_at means to the rule.

    ``within`` are the civil hours in which the whole action has to lie; they may pass midnight.
    ``least_minutes`` is what an action takes that was sent without its end.
    """

    required: bool
    most_hours: int
    occupies_person: bool
    meter: str | None
    within: tuple[time, time] | None = None
    least_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The text that the rule follows; empty strings stand for what could not be read."""

    title: str
    issuer: str
    number: str
    issued: str
    url: str
