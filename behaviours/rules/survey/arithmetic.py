"""The arithmetic of a rule of projects: its tables, and its equations, compiled."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from behaviours.document import Part
from behaviours.rules import clauses
from behaviours.rules.expression import ExpressionError
from behaviours.rules.factors import FactorBook
from behaviours.rules.figures import FigureReader, Gases, read_gases
from behaviours.rules.formula import compile_equations
from behaviours.rules.formula_scope import (
    TEXT,
    Cells,
    Compiled,
    OpenSet,
    Scope,
    TermKind,
)
from behaviours.rules.members import Equation, Parameter, QuantityRule, Source
from behaviours.rules.named_figures import named_figures
from behaviours.rules.naming import Names, take_name
from behaviours.rules.survey.clauses import (
    PREVIOUS,
    read_label,
    read_loops,
    read_previous,
    read_result,
    read_results,
    read_set,
    read_survey_quantity,
    read_vintages,
)
from behaviours.rules.survey_rule import LabelRule, SurveyRule


@dataclass(frozen=True, slots=True)
class SurveyArithmetic:
    """What a rule of projects computes with, and the place of its result."""

    survey: SurveyRule
    keys: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    gases: Gases
    sources: Mapping[str, Source]
    equations: tuple[Equation, ...]
    compiled: Compiled
    result: int


def read_survey_arithmetic(root: Part, starts_on: date, book: FactorBook) -> SurveyArithmetic:
    """Everything that takes part in the calculation; DocumentError with its place."""
    names = Names(root)
    sources = clauses.read_sources(root.at("sources"))
    keys = {n: clauses.read_key_set(p) for n, p in names.of_any("keys")}
    survey = _survey(names, keys)
    gases = read_gases(root.maybe("gases"), starts_on, book)
    figures = FigureReader(starts_on, sources, keys, book)
    stated = [figures.parameter(n, p) for n, p in names.of("parameters")]
    for parameter in gases.parameters:
        take_name(parameter.name, root, names.taken, reserved=frozenset())
    parameters = (*stated, *gases.parameters)
    equations = _equations(names, sources)
    scope = _scope(survey, keys, parameters)
    compiled = _compile(root, equations, scope)
    _check_used(root, compiled.used, gases)
    return SurveyArithmetic(
        replace(
            survey,
            results=read_results(root.maybe("results"), equations),
            vintages=read_vintages(root.maybe("vintages"), equations, survey.years),
        ),
        keys,
        parameters,
        gases,
        {**sources, **gases.sources},
        equations,
        compiled,
        read_result(root.at("result"), equations),
    )


def _survey(names: Names, keys: Mapping[str, tuple[str, ...]]) -> SurveyRule:
    open_sets: dict[str, OpenSet] = {}
    years = None
    for name, part in names.of("sets"):
        open_sets[name], is_years = read_set(name, part, open_sets)
        if is_years and years is not None:
            raise part.wrong("declared_twice", name=years)
        years = name if is_years else years
    sets = (*open_sets, *keys)
    return SurveyRule(
        sets=open_sets,
        years=years,
        quantities={n: read_survey_quantity(n, p, sets) for n, p in names.of("quantities")},
        fixed={n: read_survey_quantity(n, p, sets) for n, p in names.of_any("project_parameters")},
        labels={n: read_label(n, p, sets) for n, p in names.of_any("labels")},
        previous={
            n: read_previous(n, p)
            for n, p in (names.root.at(PREVIOUS).items() if names.root.has(PREVIOUS) else ())
        },
    )


def _equations(names: Names, sources: Mapping[str, Source]) -> tuple[Equation, ...]:
    found = []
    for part in names.root.at("equations").each():
        equation = clauses.read_equation(part, sources, "for")
        take_name(equation.name, part.at("name"), names.taken)
        found.append(replace(equation, loops=read_loops(part.maybe("for"))))
    return tuple(found)


def _scope(
    survey: SurveyRule, keys: Mapping[str, tuple[str, ...]], parameters: tuple[Parameter, ...]
) -> Scope:
    told = {**survey.quantities, **survey.fixed}
    numbers = {n: rule.unit for n, rule in told.items() if not rule.sets}
    before = {f"{PREVIOUS}.{n}": rule.unit for n, rule in survey.previous.items()}
    cells = {n: _cells(rule) for n, rule in told.items() if rule.sets}
    figures = named_figures(parameters, keys)
    return Scope(
        quantities=numbers | before,
        parameters=figures.plain,
        tables=figures.tables,
        ranged=figures.ranged,
        evidence={},
        key_sets=keys,
        open_sets=survey.sets,
        years=survey.years,
        cells=cells | {n: _words(rule) for n, rule in survey.labels.items()},
    )


def _cells(rule: QuantityRule) -> Cells:
    return Cells(rule.sets, f"q[{rule.name!r}]", TermKind("quantity", rule.unit))


def _words(rule: LabelRule) -> Cells:
    return Cells(rule.sets, f"e[{rule.name!r}]", TEXT)


def _compile(root: Part, equations: tuple[Equation, ...], scope: Scope) -> Compiled:
    """The equations at once, after each alone: so an error is named at its own line."""
    tables = dict(scope.cells)
    for equation, part in zip(equations, root.at("equations").each(), strict=True):
        try:
            compile_equations([equation.line], scope)
        except ExpressionError as error:
            raise part.at("is").faulty(error.fault) from None
    scope.steps.clear()
    scope.cells = tables
    scope.terms = 0
    return compile_equations([equation.line for equation in equations], scope)


def _check_used(root: Part, used: Collection[str], gases: Gases) -> None:
    for section in ("parameters", "quantities", "project_parameters", "labels"):
        for name, part in root.at(section).items() if root.has(section) else ():
            if name not in used:
                raise part.wrong("not_read")
    for parameter in gases.parameters:
        if parameter.name not in used:
            raise root.at("gases").wrong("gas_not_weighed", name=parameter.name)
