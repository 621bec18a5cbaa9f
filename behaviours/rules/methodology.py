"""Methodology: the shape of a rule. A version is one immutable, content-addressed document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from behaviours.document import Tree
from behaviours.refusal import Invalid
from behaviours.regions import province_of
from behaviours.rules.cases import Cases
from behaviours.rules.compiled import Compiled
from behaviours.rules.deduction import Deduction
from behaviours.rules.factors import GRADES, Factor, FactorBook
from behaviours.rules.limit_rule import LimitRule
from behaviours.rules.members import (
    Awaited,
    ClaimRule,
    Condition,
    Document,
    Equation,
    EvidenceRule,
    ExclusionRule,
    IntervalRule,
    Ownership,
    Parameter,
    QuantityRule,
    Source,
)
from behaviours.rules.rounding import ResultRounding
from behaviours.rules.survey_rule import ForActions, ForProjects, SurveyRule
from behaviours.rules.trusted import InstallationRule, PlausibleRule, ReportingRule
from behaviours.vocabulary import CATEGORIES


def worst_grade(grades: list[str]) -> str:
    """The weakest of the grades: a result is as good as its weakest figure."""
    return max(grades, key=GRADES.index, default=GRADES[0])


class MethodologyIncomplete(Invalid):
    """The rule is known, but figures that it needs could not be read; nothing is made up."""

    cases = ("one", "several")


@dataclass(frozen=True, slots=True)
class Bound:
    """A version's parameters for one region and day: values by position, and what they rest on."""

    values: tuple[Any, ...]
    factors: Mapping[str, Factor]
    provenance: str
    # What has been made of it to be shown; can be made again at any time.
    shown: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """What the published text says for people to read; nothing is computed from it."""

    document: Document
    scope: str
    applicability: tuple[str, ...]
    applicant: str
    subject: str
    crediting_period: str
    gases: tuple[str, ...]
    potential_set: str | None
    evidence_grades: str | None
    rounding: ResultRounding
    caps: tuple[str, ...]
    missing: tuple[Mapping[str, str], ...]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True, eq=False)
class Validity:
    """Where and when a rule holds, and until when its actions may be reported."""

    regions: frozenset[str] | None
    starts_on: date
    ends_on: date | None
    claim_opens_days: int
    claim_window_days: int | None

    def covers(self, region: str) -> bool:
        """Whether the rule holds in a region: in every province, or in that of the region."""
        return self.regions is None or province_of(region) in self.regions

    def in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """Who may report an action, by which installation, what is plausible, and what claims it."""

    ownership: Ownership
    reporting: ReportingRule
    installation: InstallationRule | None
    plausible: tuple[PlausibleRule, ...]
    # Whether what the person did before on the same day has to be known.
    reads_day: bool
    claims: tuple[ClaimRule, ...]
    exclusions: tuple[ExclusionRule, ...]
    subject_evidence: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What has to be told of an action: quantities, evidence, and its time."""

    quantities: Mapping[str, QuantityRule]
    evidence: Mapping[str, EvidenceRule]
    interval: IntervalRule
    # The evidence whose earlier actions an equation reads.
    history_subject: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Reckoning:
    """How an action becomes milligrams: conditions, figures, equations and the code of them all.

    ``result`` is the place of the equation that is the reduction; ``evidence_read`` what evidence
    the equations read.
    """

    conditions: tuple[Condition, ...]
    key_sets: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    equations: tuple[Equation, ...]
    result: int
    compiled: Compiled
    evidence_read: tuple[str, ...]
    book: FactorBook


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Version:
    """A methodology version. ``label`` is ``code@version``; ``tree`` is the whole document.

    A version is equal to itself only: two documents with the same text are still two objects, and
    what names the content is the digest.
    """

    code: str
    version: str
    digest: str
    behaviour: str
    title_zh: str
    title_en: str
    category: str
    action_class: str
    stated: Stated
    validity: Validity
    trust: Trust
    told: Told
    reckoning: Reckoning
    awaiting: tuple[Awaited, ...]
    tree: Mapping[str, Tree]
    # The worked cases that were tried with it; none where only the document was read.
    worked: Cases | None = None
    # How much of one person's actions counts in a civil period.
    limits: tuple[LimitRule, ...] = ()
    # What is taken off a result for its uncertainty.
    deduction: Deduction | None = None
    # What has to be told of a project; None for a rule of actions.
    survey: SurveyRule | None = None
    _bound: dict[tuple[str, date, date], Bound] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<Version {self.label}>"

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"

    @property
    def examples(self) -> Mapping[str, Tree]:
        """The worked cases as a document."""
        return {} if self.worked is None else self.worked.tree

    def check_of_actions(self, pointer: str = "") -> None:
        """Raises ForProjects where the rule prices no action."""
        if self.survey is not None:
            raise ForProjects(pointer=pointer, methodology=self.label)

    def check_of_projects(self) -> None:
        """Raises ForActions where the rule prices actions."""
        if self.survey is None:
            raise ForActions(methodology=self.label)

    @property
    def category_code(self) -> str:
        return CATEGORIES[self.category]

    def counting_by(self, book: FactorBook) -> Version:
        """The same version, which reads the series of another book from now on."""
        if self.reckoning.book is book:
            return self
        return replace(self, reckoning=replace(self.reckoning, book=book), _bound={})

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
            p.name: self.reckoning.book.resolve(p.series, region, on, recorded_on)
            for p in self.reckoning.parameters
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
        grades = [equation.grade for equation in self.reckoning.equations]
        grades += [condition.grade for condition in self.reckoning.conditions]
        grades += [limit.grade for limit in self.limits]
        grades += [self.deduction.grade] if self.deduction else []
        for parameter in self.reckoning.parameters:
            number, grade = self._figure(parameter, on, factors, stated or {})
            values.append(number)
            # What only a plausible condition reads decides about no milligram.
            if parameter.name in self.reckoning.compiled.used:
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
            grade = self.reckoning.book.grade_of(parameter.series, factor)
            return factor.value * scale.numerator / scale.denominator, grade
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
