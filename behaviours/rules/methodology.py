"""Methodology: the shape of a rule. A version is one immutable, content-addressed document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from behaviours.document import Tree
from behaviours.refusal import Kind, Refusal
from behaviours.regions import province_of
from behaviours.rules.factors import GRADES, Factor, FactorBook, Resolution
from behaviours.rules.formula_scope import Compiled
from behaviours.rules.trusted import InstallationRule, PlausibleRule, ReportingRule
from behaviours.rules.units import Unit
from behaviours.vocabulary import CATEGORIES


def worst_grade(grades: list[str]) -> str:
    """The weakest of the grades: a result is as good as its weakest figure."""
    return max(grades, key=GRADES.index, default=GRADES[0])


class MethodologyIncomplete(Refusal, kind=Kind.INVALID, code="METHODOLOGY_INCOMPLETE"):
    """The rule is known, but figures that it needs could not be read; nothing is made up."""

    cases = ("one", "several")


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
    ``mass_kg``: keys that are left out count as nought, and at least one has to be sent.
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
    number: Decimal | Mapping[tuple[str, ...], Decimal]
    source: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the rule: dated ``values``, or a ``series`` with its way of picking a factor.

    ``awaiting`` says what is missing of a figure that no source gave.
    """

    name: str
    unit: Unit
    meaning: str
    values: tuple[Value, ...]
    series: Resolution | None
    keys: tuple[str, ...]
    awaiting: Awaited | None = None

    def on(self, day: date) -> Value | None:
        """The value that holds on a day: the last one that has started.

        Before all of them the first: an amended version is tried by cases of earlier days.
        """
        started = [value for value in self.values if value.start <= day]
        return started[-1] if started else next(iter(self.values), None)


@dataclass(frozen=True, slots=True)
class Equation:
    """A named step of the rule, in the source's own structure."""

    name: str
    text: str
    unit: Unit
    meaning: str
    source: str
    grade: str


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


@dataclass(frozen=True, slots=True)
class Bound:
    """A version's parameters for one region and day: values by position, and what they rest on."""

    values: tuple[Any, ...]
    factors: Mapping[str, Factor]
    provenance: str
    # What has been made of it to be shown; can be made again at any time.
    shown: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Version:
    """A methodology version. ``label`` is ``code@version``; ``tree`` is the whole document.

    A version is equal to itself only: two documents with the same text are still two objects, and
    what names the content is the digest.
    """

    code: str
    version: str
    behaviour: str
    title_zh: str
    title_en: str
    category: str
    action_class: str
    document: Document
    scope: str
    applicability: tuple[str, ...]
    applicant: str
    subject: str
    subject_evidence: str | None
    ownership: Ownership
    reporting: ReportingRule
    installation: InstallationRule | None
    plausible: tuple[PlausibleRule, ...]
    # Whether what the person did before on the same day has to be known.
    reads_day: bool
    regions: frozenset[str] | None
    starts_on: date
    ends_on: date | None
    claim_opens_days: int
    claim_window_days: int | None
    crediting_period: str
    quantities: Mapping[str, QuantityRule]
    evidence: Mapping[str, EvidenceRule]
    interval: IntervalRule
    claims: tuple[ClaimRule, ...]
    exclusions: tuple[ExclusionRule, ...]
    history_subject: str | None
    gases: tuple[str, ...]
    potential_set: str | None
    evidence_grades: str | None
    conditions: tuple[Condition, ...]
    key_sets: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    equations: tuple[Equation, ...]
    result: int
    negative: str
    rounding_text: str
    caps: tuple[str, ...]
    missing: tuple[Mapping[str, str], ...]
    awaiting: tuple[Awaited, ...]
    sources: Mapping[str, Source]
    digest: str
    tree: Mapping[str, Tree]
    compiled: Compiled
    evidence_read: tuple[str, ...]
    book: FactorBook
    _bound: dict[tuple[str, date, date], Bound] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<Version {self.label}>"

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"

    @property
    def category_code(self) -> str:
        return CATEGORIES[self.category]

    def covers(self, region: str) -> bool:
        """Whether the rule holds in a region: in every province, or in that of the region."""
        return self.regions is None or province_of(region) in self.regions

    def in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def bound(self, region: str, on: date, recorded_on: date) -> Bound:
        """The parameters of an action; NoFactorForArea or NoFactorForYear where there is none."""
        region = province_of(region)
        key = (region, on, recorded_on)
        found = self._bound.get(key)
        if found is None:
            if len(self._bound) > _BOUND_MAX:
                self._bound.clear()
            found = self.bind(on, self.factors_for(region, on, recorded_on))
            self._bound[key] = found
        return found

    def factors_for(self, region: str, on: date, recorded_on: date) -> dict[str, Factor]:
        """The factor of every parameter that reads a series."""
        return {
            p.name: self.book.resolve(p.series, region, on, recorded_on)
            for p in self.parameters
            if p.series is not None
        }

    def bind(
        self, on: date, factors: Mapping[str, Factor], stated: Mapping[str, Any] | None = None
    ) -> Bound:
        """The parameters with the named series factors, as a stored reduction pins them.

        ``stated`` gives awaited figures for a trial of the equations; without it a rule that
        awaits some is refused with MethodologyIncomplete.
        """
        if self.awaiting and stated is None:
            raise self.incomplete()
        values: list[Any] = []
        grades = [equation.grade for equation in self.equations]
        grades += [condition.grade for condition in self.conditions]
        for parameter in self.parameters:
            number, grade = self._figure(parameter, on, factors, stated or {})
            values.append(number)
            # What only a plausible condition reads decides about no milligram.
            if parameter.name in self.compiled.used:
                grades.append(grade)
        return Bound(tuple(values), dict(factors), worst_grade(grades))

    def _figure(
        self,
        parameter: Parameter,
        on: date,
        factors: Mapping[str, Factor],
        stated: Mapping[str, Any],
    ) -> tuple[Any, str]:
        if parameter.awaiting is not None:
            return stated[parameter.name], GRADES[-1]
        if parameter.series is not None:
            factor = factors[parameter.name]
            # A table of factors may be printed per kWh or per MWh: state it as the rule does.
            scale = factor.unit.factor_to(parameter.unit)
            return factor.value * scale.numerator / scale.denominator, factor.grade
        value = parameter.on(on)
        assert value is not None, f"{self.label}: {parameter.name} has no value on {on}"
        return value.number, value.grade

    def incomplete(self, pointer: str = "") -> MethodologyIncomplete:
        """The refusal of whoever would use the rule before its figures are known."""
        first = self.awaiting[0]
        return MethodologyIncomplete(
            "one" if len(self.awaiting) == 1 else "several",
            pointer=pointer,
            methodology=self.label,
            awaiting=[{"what": one.what, "where": one.where} for one in self.awaiting],
            what=first.what,
            where=first.where,
            others=len(self.awaiting) - 1,
        )


# A year of days for three dozen regions; what is kept is small and can always be made again.
_BOUND_MAX = 20_000
