"""Comparison: two versions of a rule side by side - fields, figures and equations that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from behaviours.document import Tree
from behaviours.rules.building import FIELDS
from behaviours.rules.members import Equation, Parameter
from behaviours.rules.methodology import Version

# Of these each named member is compared by itself; a field of any other name as a whole.
_BY_NAME = ("quantities", "evidence", "keys")
# Compared apart, or named in the head of every comparison.
_APART = frozenset({*_BY_NAME, "code", "version", "parameters", "equations", "sources"})


class FieldChange(NamedTuple):
    """A field, or a named member of one; None on the side that does not have it."""

    name: str
    before: str | None
    after: str | None


class FigureChange(NamedTuple):
    """A parameter that differs in number, unit, grade or source, or stands on one side only."""

    name: str
    before: Parameter | None
    after: Parameter | None


class EquationChange(NamedTuple):
    """An equation that differs in its formula, unit or grade, or stands on one side only."""

    name: str
    before: Equation | None
    after: Equation | None


class VersionsCompared(NamedTuple):
    """What differs; ``same`` counts figures and equations that are what they were."""

    fields: list[FieldChange]
    figures: list[FigureChange]
    equations: list[EquationChange]
    same: int


def compared(before: Version, after: Version) -> VersionsCompared:
    """In the order of the document, what was first and what was added after it."""
    old_figures = {each.name: each for each in before.reckoning.parameters}
    new_figures = {each.name: each for each in after.reckoning.parameters}
    old_equations = {each.name: each for each in before.reckoning.equations}
    new_equations = {each.name: each for each in after.reckoning.equations}
    figures = [
        FigureChange(name, old_figures.get(name), new_figures.get(name))
        for name in old_figures | new_figures
        if _stated(before, "parameters", name) != _stated(after, "parameters", name)
    ]
    equations = [
        EquationChange(name, old_equations.get(name), new_equations.get(name))
        for name in old_equations | new_equations
        if old_equations.get(name) != new_equations.get(name)
    ]
    every = len(old_figures | new_figures) + len(old_equations | new_equations)
    same = every - len(figures) - len(equations)
    return VersionsCompared(list(_fields(before, after)), figures, equations, same)


def _stated(version: Version, section: str, name: str) -> Tree | None:
    members = version.tree.get(section)
    return members.get(name) if isinstance(members, dict) else None


def _fields(before: Version, after: Version) -> Iterator[FieldChange]:
    for name in FIELDS:
        old, new = before.tree.get(name), after.tree.get(name)
        if old == new:
            continue
        if name in _BY_NAME:
            old_members = old if isinstance(old, dict) else {}
            new_members = new if isinstance(new, dict) else {}
            for member in old_members | new_members:
                one, other = old_members.get(member), new_members.get(member)
                if one != other:
                    yield FieldChange(f"{name}.{member}", _said(one), _said(other))
        elif name not in _APART:
            yield FieldChange(name, _said(old), _said(new))


def _said(value: Tree | None) -> str | None:
    """A part of a document in a line: names with what they hold, lists with commas."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_said(inner)}" for name, inner in value.items())
    return ", ".join(_said(each) or "" for each in value)
