"""Building: a document becomes a version, or a DocumentError that says where and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from behaviours.document import Faults, Part, canonical_digest
from behaviours.rules import clauses, trust_clauses
from behaviours.rules.arithmetic import Arithmetic, read_arithmetic
from behaviours.rules.common_clauses import (
    is_of_projects,
    read_awaiting,
    read_stated,
    read_title,
    read_validity,
)
from behaviours.rules.compiled import Compiled
from behaviours.rules.deduction import read_deduction
from behaviours.rules.factors import FactorBook
from behaviours.rules.limit_clauses import read_limits
from behaviours.rules.members import (
    ClaimRule,
    Equation,
    EvidenceRule,
    IntervalRule,
    Ownership,
)
from behaviours.rules.methodology import Reckoning, Told, Trust, Version
from behaviours.rules.survey.building import build_survey
from behaviours.rules.trusted import ReportingRule
from behaviours.rules.units import KG_CO2E
from behaviours.vocabulary import ACTION_CLASSES, CATEGORIES

FIELDS = (
    *("code", "version", "behaviour", "title", "category", "action_class", "document", "scope"),
    *("applicability", "eligibility", "applicant", "ownership", "subject", "subject_evidence"),
    *("reporting", "installation", "plausible"),
    *("regions", "in_force", "crediting_period", "claim_window_days", "claim_window"),
    *("quantities", "evidence", "evidence_grades", "interval", "claims", "exclusions"),
    *("history_subject", "keys", "gases", "parameters", "equations", "result", "rounding"),
    *("uncertainty_deduction", "limits", "caps", "awaiting", "missing", "sources"),
)
OPTIONAL = frozenset(
    {
        *("eligibility", "ownership", "subject_evidence", "claim_window_days", "claim_window"),
        *("evidence_grades", "history_subject", "keys", "gases", "awaiting"),
        *("reporting", "installation", "plausible", "limits"),
        "uncertainty_deduction",
    }
)


def build_version(root: Part, book: FactorBook) -> Version:
    """The version that a document states, checked whole: names, units, sources, equations.

    Raises DocumentError with every fault that was found in one reading.
    """
    return build_survey(root, book) if is_of_projects(root) else _of_actions(root, book)


def _of_actions(root: Part, book: FactorBook) -> Version:
    faults = Faults()
    root = root.noting(faults)
    root.only(*FIELDS)
    code = clauses.matching(root.at("code"), clauses.CODE)
    number = clauses.matching(root.at("version"), clauses.VERSION)
    behaviour = clauses.matching(root.at("behaviour"), clauses.BEHAVIOUR)
    title_zh, title_en = read_title(root.at("title"))
    category = root.at("category").one_of(*CATEGORIES)
    action_class = root.at("action_class").one_of(*ACTION_CLASSES)
    validity = read_validity(root, book, faults)
    arithmetic = read_arithmetic(root, validity.starts_on, book)
    evidence = arithmetic.evidence
    interval = faults.read(clauses.read_interval, root.at("interval"), evidence)
    claims = _claims(root, interval, evidence, faults)
    exclusions = faults.listed(clauses.read_exclusion, root.at("exclusions").each())
    awaiting = read_awaiting(root, arithmetic.parameters)
    told = (arithmetic.gases, arithmetic.graded_by, arithmetic.sources)
    stated = read_stated(root, *told, awaiting, faults)
    ownership = faults.read(clauses.read_ownership, root.maybe("ownership"), evidence)
    reporting = faults.read(
        trust_clauses.read_reporting,
        root.maybe("reporting"),
        action_class,
        evidence,
        arithmetic.sources,
    )
    faults.read(_check_reporting, root, reporting, ownership, arithmetic)
    subject_evidence = faults.read(_subject_evidence, root, evidence)
    result = faults.read(_result, root.at("result"), arithmetic.equations)
    given = (arithmetic.parameters, arithmetic.sources)
    deduction = faults.read(read_deduction, root.maybe("uncertainty_deduction"), *given)
    limits = faults.read(read_limits, root, arithmetic.quantities, arithmetic.sources, faults)
    history_subject = faults.read(_history_subject, root, arithmetic.compiled, evidence)
    faults.check()
    assert isinstance(root.value, dict)
    return Version(
        code=code,
        version=number,
        digest=canonical_digest(root.value),
        behaviour=behaviour,
        title_zh=title_zh,
        title_en=title_en,
        category=category,
        action_class=action_class,
        stated=stated,
        validity=validity,
        trust=Trust(
            ownership=ownership,
            reporting=reporting,
            installation=arithmetic.installation,
            plausible=arithmetic.plausible,
            reads_day=reporting.by_participant or any(r.reads_day for r in arithmetic.plausible),
            claims=claims,
            exclusions=exclusions,
            subject_evidence=subject_evidence,
        ),
        told=Told(
            quantities=MappingProxyType(dict(arithmetic.quantities)),
            evidence=MappingProxyType(dict(evidence)),
            interval=interval,
            history_subject=history_subject,
        ),
        reckoning=_reckoning(arithmetic, result, book),
        awaiting=awaiting,
        tree=root.value,
        limits=limits,
        deduction=deduction,
    )


def _reckoning(arithmetic: Arithmetic, result: int, book: FactorBook) -> Reckoning:
    used = arithmetic.compiled.used
    return Reckoning(
        conditions=arithmetic.conditions,
        key_sets=MappingProxyType(dict(arithmetic.keys)),
        parameters=arithmetic.parameters,
        equations=arithmetic.equations,
        result=result,
        compiled=arithmetic.compiled,
        evidence_read=tuple(n for n in arithmetic.evidence if n in used),
        book=book,
    )


def _claims(
    root: Part,
    interval: IntervalRule,
    evidence: Mapping[str, EvidenceRule],
    faults: Faults,
) -> tuple[ClaimRule, ...]:
    part = root.at("claims")
    claims = faults.listed(clauses.read_claim, part.each(), evidence)
    if part.value == [] and faults.has(interval) and interval.meter is None:
        part.flawed("claimable_twice")
    return claims


def _check_reporting(
    root: Part, rule: ReportingRule, ownership: Ownership, arithmetic: Arithmetic
) -> None:
    """Who may report: somebody, and with a name of its own for what a person's word is worth."""
    if rule.by_participant:
        if trust_clauses.SELF_REPORT in {equation.name for equation in arithmetic.equations}:
            raise root.at("equations").wrong("declared_twice", name=trust_clauses.SELF_REPORT)
    elif (ownership.owner, ownership.delegation) == ("user", "none"):
        raise root.at("ownership").wrong("nobody_reports")


def _subject_evidence(root: Part, evidence: Mapping[str, EvidenceRule]) -> str | None:
    part = root.maybe("subject_evidence")
    if part is None:
        return None
    if part.text() not in evidence:
        raise part.wrong("unknown_subject", name=part.text())
    return part.text()


def _result(part: Part, equations: tuple[Equation, ...]) -> int:
    for index, equation in enumerate(equations):
        if equation.name == part.text():
            if equation.unit != KG_CO2E:
                raise part.wrong("result_unit", name=equation.name, unit=equation.unit.text)
            return index
    raise part.wrong("unknown_equation", name=part.text())


def _history_subject(
    root: Part, compiled: Compiled, evidence: Mapping[str, EvidenceRule]
) -> str | None:
    histories = compiled.history
    if not histories:
        return None
    if len(histories) > 1:
        raise root.at("equations").wrong("two_histories")
    subject = root.at("history_subject")
    if subject.text() not in evidence:
        raise subject.wrong("unknown_history", name=subject.text())
    return subject.text()
