"""The arithmetic of a rule of projects: its tables, and its equations, compiled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import cast

from behaviours.document import Faults, Part
from behaviours.rules import clauses, common_arithmetic as common
from behaviours.rules.compiled import Compiled
from behaviours.rules.factors import FactorBook
from behaviours.rules.figures import FigureReader, Gases
from behaviours.rules.formula import Program
from behaviours.rules.formula_scope import TEXT, Cells, OpenSet, Scope, TermKind
from behaviours.rules.members import Equation, Parameter, QuantityRule, Source
from behaviours.rules.named_figures import named_figures
from behaviours.rules.naming import take_name
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

# Sections that a document never leaves out, and those whose every member an equation reads.
_ALWAYS = ("sets", "quantities", "parameters")
_READ = ("parameters", "quantities", "project_parameters", "labels")


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
    """Everything that takes part in the calculation; what is wrong with it is gathered.

    Raises DocumentError with its place where the root keeps none.
    """
    faults, taken = root.faults or Faults(), set[str]()
    sources = clauses.read_sources(root.at("sources"))
    named = partial(_named, root, taken=taken, faults=faults)
    keys = faults.named(common.key_set, named("keys"))
    survey = _survey(root, named, keys, faults)
    gases = common.counted_gases(root, starts_on, book, faults)
    figures = FigureReader(starts_on, sources, keys, book)
    stated = faults.named(figures.parameter, named("parameters")).values()
    for parameter in gases.parameters:
        faults.read(take_name, parameter.name, root, taken, reserved=frozenset())
    parameters = (*stated, *gases.parameters)
    listed = common.listed_equations(root, partial(_equation, sources=sources), taken, faults)
    equations = tuple(equation for _, equation in listed)
    program = Program(_scope(survey, keys, parameters))
    common.write_equations(listed, program, faults)
    results = faults.read(read_results, root.maybe("results"), equations)
    # What belongs to a year cannot be said where the set of years is unreadable itself.
    of_years = faults.lost() if not faults.names.isdisjoint(_names(root, "sets")) else survey.years
    vintages = faults.read(read_vintages, root.maybe("vintages"), equations, of_years)
    result = faults.read(read_result, root.at("result"), equations)
    compiled = cast("Compiled", faults.lost())
    if faults.clean:
        compiled = program.compiled()
        common.check_read(root, _READ, compiled.used, gases)
    return SurveyArithmetic(
        replace(survey, results=results, vintages=vintages),
        keys,
        parameters,
        gases,
        {**sources, **gases.sources},
        equations,
        compiled,
        result,
    )


def _named(
    root: Part, section: str, *, taken: set[str], faults: Faults
) -> Iterator[tuple[str, Part]]:
    """The named parts of a section; of one that may be left out none."""
    if root.has(section) or section in _ALWAYS:
        yield from common.named_parts(root, section, taken=taken, faults=faults)


def _names(root: Part, section: str) -> Collection[str]:
    value = root.at(section).value
    return value if isinstance(value, dict) else ()


def _survey(
    root: Part,
    named: Callable[[str], Iterator[tuple[str, Part]]],
    keys: Mapping[str, tuple[str, ...]],
    faults: Faults,
) -> SurveyRule:
    open_sets: dict[str, OpenSet] = {}
    years = None
    for name, part in named("sets"):
        read = faults.read(read_set, name, part, open_sets)
        if not faults.has(read):
            faults.names.add(name)
            continue
        open_sets[name], is_years = read
        if is_years and years is not None:
            part.flawed("declared_twice", name=years)
        years = name if is_years else years
    sets = (*open_sets, *keys)
    previous = root.at(PREVIOUS).items() if root.has(PREVIOUS) else ()
    return SurveyRule(
        sets=open_sets,
        years=years,
        quantities=faults.named(read_survey_quantity, named("quantities"), sets),
        fixed=faults.named(read_survey_quantity, named("project_parameters"), sets),
        labels=faults.named(read_label, named("labels"), sets),
        previous=faults.named(read_previous, previous),
    )


def _equation(part: Part, sources: Mapping[str, Source]) -> Equation:
    equation = clauses.read_equation(part, sources, "for")
    loops = part.maybe("for")
    return equation if loops is None else replace(equation, loops=read_loops(loops))


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
