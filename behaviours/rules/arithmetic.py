"""Arithmetic: what the equations of a document may name, and the equations, compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from typing import cast

from behaviours.document import Faults, Part
from behaviours.rules import clauses, common_arithmetic as common, trust_clauses
from behaviours.rules.compiled import Compiled
from behaviours.rules.expression import NAME, ExpressionError
from behaviours.rules.factors import FactorBook
from behaviours.rules.figures import (
    EVIDENCE_FACTOR,
    EVIDENCE_GRADES,
    FigureReader,
    Gases,
    evidence_factor,
)
from behaviours.rules.formula import Program, write_conditions
from behaviours.rules.formula_scope import Keyed, Scope, TermKind
from behaviours.rules.members import (
    Condition,
    Equation,
    EvidenceRule,
    Parameter,
    QuantityRule,
    Source,
)
from behaviours.rules.named_figures import named_figures
from behaviours.rules.naming import take_name
from behaviours.rules.trusted import InstallationRule, PlausibleRule
from behaviours.rules.units import parse_unit

# The same length in two units, as instants: a civil day of the change of clocks has 23 or 25 hours.
_LENGTHS = {
    "hours": ("m.hours", TermKind("quantity", parse_unit("h"))),
    "days": ("m.hours", TermKind("quantity", parse_unit("h"))),
}


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
    """Everything that takes part in the calculation; what is wrong with it is gathered.

    Raises DocumentError with its place where the root keeps none.
    """
    faults, taken = root.faults or Faults(), set[str]()
    sources = clauses.read_sources(root.at("sources"))
    named = partial(common.named_parts, root, taken=taken, faults=faults)
    quantities = faults.named(clauses.read_quantity, named("quantities"))
    evidence = faults.named(clauses.read_evidence, named("evidence"))
    keys = faults.named(common.key_set, named("keys")) if root.has("keys") else {}
    keyed = _keyed(root, quantities, keys, faults)
    gases = common.counted_gases(root, starts_on, book, faults)
    graded, graded_by = root.maybe("evidence_grades"), None
    implied = list(gases.parameters)
    if graded is not None:
        read = faults.read(evidence_factor, graded, starts_on, sources, evidence)
        if faults.has(read):
            table, keys[EVIDENCE_GRADES], graded_by = read
            implied.append(table)
        else:
            faults.names.add(EVIDENCE_FACTOR)
    figures = FigureReader(starts_on, sources, keys, book)
    parameters = (*faults.named(figures.parameter, named("parameters")).values(), *implied)
    for parameter in implied:
        faults.read(take_name, parameter.name, root, taken, reserved=frozenset())
    read_equation = partial(clauses.read_equation, sources=sources)
    equations = common.listed_equations(root, read_equation, taken, faults)
    conditions = _conditions(root, sources, faults)
    scope = _scope(quantities, evidence, keys, keyed, parameters)
    timed = replace(scope, surroundings=_length(root, scope))
    compiled = _compile(equations, conditions, timed, faults)
    installation = faults.read(trust_clauses.read_installation, root.maybe("installation"))
    plausible = trust_clauses.read_plausible(
        root.maybe("plausible"), scope, installation, sources, faults
    )
    if faults.has(compiled) and faults.clean:
        _check_used(root, compiled.used.union(*(each.units for each in plausible)), gases)
    return Arithmetic(
        _as_sent(quantities, keyed),
        evidence,
        keys,
        parameters,
        gases,
        graded_by,
        {**sources, **gases.sources},
        tuple(condition for _, condition in conditions),
        tuple(equation for _, equation in equations),
        compiled,
        installation,
        plausible,
    )


def _keyed(
    root: Part,
    quantities: Mapping[str, QuantityRule],
    keys: Mapping[str, tuple[str, ...]],
    faults: Faults,
) -> dict[str, Keyed]:
    parts = ((n, part) for n, part in root.at("quantities").items() if n in quantities)
    found = faults.named(_keyed_one, parts, quantities, keys)
    return {name: each for name, each in found.items() if each is not None}


def _keyed_one(
    name: str,
    part: Part,
    quantities: Mapping[str, QuantityRule],
    keys: Mapping[str, tuple[str, ...]],
) -> Keyed | None:
    sets, rule = clauses.quantity_keys(part, keys), quantities[name]
    if not sets:
        return None
    if rule.least != 0 or not rule.required:
        raise part.wrong("keyed_from_nought")
    return Keyed(name, sets, rule.unit)


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
    figures = named_figures(parameters, keys)
    return Scope(
        quantities={n: rule.unit for n, rule in plain.items() if rule.required},
        optional={n: rule.unit for n, rule in plain.items() if not rule.required},
        keyed=keyed,
        parameters=figures.plain,
        tables=figures.tables,
        ranged=figures.ranged,
        evidence={n: rule.kind for n, rule in evidence.items() if not rule.optional},
        key_sets=keys,
    )


def _length(root: Part, scope: Scope) -> Mapping[str, tuple[str, TermKind]]:
    """The length of the action, where it always has an end; the document's own names go first."""
    interval = root.maybe("interval")
    required = None if interval is None else interval.maybe("required")
    if required is None or required.value != "true":
        return {}
    declared = scope.names()
    return {name: how for name, how in _LENGTHS.items() if name not in declared}


def _conditions(
    root: Part, sources: Mapping[str, Source], faults: Faults
) -> list[tuple[Part, Condition]]:
    eligibility = root.maybe("eligibility")
    parts = [] if eligibility is None else list(eligibility.each())
    found = [(part, faults.read(clauses.read_condition, part, sources)) for part in parts]
    return [each for each in found if faults.has(each[1])]


def _compile(
    equations: Sequence[tuple[Part, Equation]],
    conditions: Sequence[tuple[Part, Condition]],
    scope: Scope,
    faults: Faults,
) -> Compiled:
    """The equations and conditions; each written alone, so that its fault is named at its line."""
    for part, condition in conditions:
        faults.read(_try_condition, part, condition, scope, faults)
    scope.terms = 0
    program = Program(scope)
    common.write_equations(equations, program, faults)
    if not faults.clean:
        return cast("Compiled", faults.lost())
    texts = [condition.text for _, condition in conditions]
    # Conditions read no steps of the equations.
    check = write_conditions(texts, replace(scope, steps={}, terms=0)) if texts else None
    return program.compiled(check)


def _try_condition(part: Part, condition: Condition, scope: Scope, faults: Faults) -> None:
    if faults.names.isdisjoint(NAME.findall(condition.text)):
        try:
            write_conditions([condition.text], scope)
        except ExpressionError as error:
            raise part.at("if").wrong(
                "condition",
                name=condition.name,
                problem=error.fault.problem,
                remedy=error.fault.remedy,
            ) from None


def _check_used(root: Part, used: frozenset[str], gases: Gases) -> None:
    common.check_read(root, ("parameters", "quantities"), used, gases)
    if root.has("evidence_grades") and EVIDENCE_FACTOR not in used:
        root.at("evidence_grades").flawed("grades_not_read", name=EVIDENCE_FACTOR)
