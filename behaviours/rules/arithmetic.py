"""Arithmetic: what the equations of a document may name, and the equations, compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from behaviours.document import Part
from behaviours.rules import clauses, trust_clauses
from behaviours.rules.expression import NAME, ExpressionError
from behaviours.rules.factors import FactorBook
from behaviours.rules.figures import (
    EVIDENCE_FACTOR,
    EVIDENCE_GRADES,
    FigureReader,
    Gases,
    evidence_factor,
    read_gases,
)
from behaviours.rules.formula import compile_conditions, compile_equations
from behaviours.rules.formula_scope import Compiled, Keyed, Scope, Table
from behaviours.rules.members import (
    Condition,
    Equation,
    EvidenceRule,
    Parameter,
    QuantityRule,
    Source,
)
from behaviours.rules.trusted import InstallationRule, PlausibleRule


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The part of a document that its equations can name, and the equations themselves.

    ``quantities`` stand as they are sent, one per key; ``graded_by`` is the evidence whose grade
    is worth a part of the credit.
    """

    quantities: Mapping[str, QuantityRule]
    evidence: Mapping[str, EvidenceRule]
    keys: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    gases: Gases
    graded_by: str | None
    sources: Mapping[str, Source]
    conditions: tuple[Condition, ...]
    equations: tuple[Equation, ...]
    compiled: Compiled
    installation: InstallationRule | None
    plausible: tuple[PlausibleRule, ...]


def read_arithmetic(root: Part, starts_on: date, book: FactorBook) -> Arithmetic:
    """Everything that takes part in the calculation; DocumentError with its place."""
    taken: set[str] = set()
    sources = clauses.read_sources(root.at("sources"))
    quantities = {n: clauses.read_quantity(n, p) for n, p in _named(root, "quantities", taken)}
    evidence = {n: clauses.read_evidence(n, p) for n, p in _named(root, "evidence", taken)}
    keys = _key_sets(root, taken)
    keyed = _keyed(root, quantities, keys)
    gases = read_gases(root.maybe("gases"), starts_on, book)
    graded, graded_by = root.maybe("evidence_grades"), None
    implied = list(gases.parameters)
    if graded is not None:
        table, grades, graded_by = evidence_factor(graded, starts_on, sources, evidence)
        implied.append(table)
    figures = FigureReader(starts_on, sources, keys, book)
    stated = [figures.parameter(n, p) for n, p in _named(root, "parameters", taken)]
    parameters = (*stated, *implied)
    for parameter in implied:
        _take_name(parameter.name, root, taken, reserved=frozenset())
    if graded is not None:
        keys[EVIDENCE_GRADES] = grades
    equations = tuple(_equations(root, sources, taken))
    conditions = tuple(_conditions(root, sources))
    scope = _scope(quantities, evidence, keys, keyed, parameters)
    compiled = _compile(root, equations, conditions, scope)
    installation = trust_clauses.read_installation(root.maybe("installation"))
    plausible = trust_clauses.read_plausible(root.maybe("plausible"), scope, installation, sources)
    _check_used(root, compiled.used.union(*(each.units for each in plausible)), gases)
    return Arithmetic(
        _as_sent(quantities, keyed),
        evidence,
        keys,
        parameters,
        gases,
        graded_by,
        {**sources, **gases.sources},
        conditions,
        equations,
        compiled,
        installation,
        plausible,
    )


def _key_sets(root: Part, taken: set[str]) -> dict[str, tuple[str, ...]]:
    if not root.has("keys"):
        return {}
    return {n: clauses.read_key_set(p) for n, p in _named(root, "keys", taken)}


def _named(root: Part, section: str, taken: set[str]) -> Iterator[tuple[str, Part]]:
    """The named parts of a section; a name may stand for one thing only in the whole document."""
    for name, part in root.at(section).items():
        _take_name(name, part, taken)
        yield name, part


def _take_name(
    name: str, part: Part, taken: set[str], reserved: frozenset[str] = clauses.RESERVED_NAMES
) -> None:
    if NAME.fullmatch(name) is None or name in reserved:
        raise part.wrong("unusable_name", name=name)
    if name in taken:
        raise part.wrong("declared_twice", name=name)
    taken.add(name)


def _keyed(
    root: Part, quantities: Mapping[str, QuantityRule], keys: Mapping[str, tuple[str, ...]]
) -> dict[str, Keyed]:
    found = {}
    for name, part in root.at("quantities").items():
        sets = clauses.quantity_keys(part, keys)
        if not sets:
            continue
        rule = quantities[name]
        if rule.least != 0 or not rule.required:
            raise part.wrong("keyed_from_nought")
        found[name] = Keyed(name, sets, rule.unit)
    return found


def _as_sent(
    quantities: Mapping[str, QuantityRule], keyed: Mapping[str, Keyed]
) -> dict[str, QuantityRule]:
    """The quantities under the names by which they are sent."""
    sent = {}
    for name, rule in quantities.items():
        if name not in keyed:
            sent[name] = rule
            continue
        for keys in product(*keyed[name].ordered):
            full = keyed[name].sent(keys)
            sent[full] = replace(rule, name=full, required=False, group=name)
    return sent


def _scope(
    quantities: Mapping[str, QuantityRule],
    evidence: Mapping[str, EvidenceRule],
    keys: Mapping[str, tuple[str, ...]],
    keyed: Mapping[str, Keyed],
    parameters: tuple[Parameter, ...],
) -> Scope:
    plain = {n: rule for n, rule in quantities.items() if n not in keyed}
    return Scope(
        quantities={n: rule.unit for n, rule in plain.items() if rule.required},
        optional={n: rule.unit for n, rule in plain.items() if not rule.required},
        keyed=keyed,
        parameters={p.name: (i, p.unit) for i, p in enumerate(parameters) if not p.keys},
        tables={
            p.name: Table(i, tuple(frozenset(keys[k]) for k in p.keys), p.unit)
            for i, p in enumerate(parameters)
            if p.keys
        },
        evidence={n: rule.kind for n, rule in evidence.items() if not rule.optional},
        key_sets=keys,
    )


def _equations(root: Part, sources: Mapping[str, Source], taken: set[str]) -> Iterator[Equation]:
    for part in root.at("equations").each():
        equation = clauses.read_equation(part, sources)
        _take_name(equation.name, part.at("name"), taken)
        yield equation


def _conditions(root: Part, sources: Mapping[str, Source]) -> Iterator[Condition]:
    part = root.maybe("eligibility")
    if part is not None:
        for each in part.each():
            yield clauses.read_condition(each, sources)


def _compile(
    root: Part, equations: tuple[Equation, ...], conditions: tuple[Condition, ...], scope: Scope
) -> Compiled:
    check = None
    if conditions:
        for each in root.at("eligibility").each():
            try:
                # Alone first, so that the error is named at the line of its own condition.
                compile_conditions([each.at("if").text()], scope)
            except ExpressionError as error:
                raise each.at("if").wrong(
                    "condition",
                    name=each.at("name").text(),
                    problem=error.fault.problem,
                    remedy=error.fault.remedy,
                ) from None
        check = compile_conditions([condition.text for condition in conditions], scope)
    scope.terms = 0
    for equation, part in zip(equations, root.at("equations").each(), strict=True):
        try:
            compile_equations([(equation.name, equation.text, equation.unit)], scope)
        except ExpressionError as error:
            raise part.at("is").faulty(error.fault) from None
    scope.steps.clear()
    scope.terms = 0
    compiled = compile_equations([(e.name, e.text, e.unit) for e in equations], scope)
    return replace(compiled, check=check)


def _check_used(root: Part, used: frozenset[str], gases: Gases) -> None:
    for section in ("parameters", "quantities"):
        for name, part in root.at(section).items():
            if name not in used:
                raise part.wrong("not_read")
    for parameter in gases.parameters:
        if parameter.name not in used:
            raise root.at("gases").wrong("gas_not_weighed", name=parameter.name)
    if root.has("evidence_grades") and EVIDENCE_FACTOR not in used:
        raise root.at("evidence_grades").wrong("grades_not_read", name=EVIDENCE_FACTOR)
