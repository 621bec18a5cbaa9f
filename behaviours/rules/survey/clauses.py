"""Reading what only a rule of projects says: sets of keys, labels, results of its own kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from behaviours.document import Part
from behaviours.rules import clauses
from behaviours.rules.document import read_unit
from behaviours.rules.expression import NAME
from behaviours.rules.formula_scope import Loop, OpenSet
from behaviours.rules.members import Equation, QuantityRule
from behaviours.rules.survey_rule import LabelRule, PreviousRule
from behaviours.rules.units import KG_CO2E

PREVIOUS = "previous"
# How many sets one equation or quantity may run over.
SETS_MAX = 3

_LOOP = re.compile(rf"({NAME.pattern}) in ({NAME.pattern})(?:\[({NAME.pattern})\])?")


def read_set(name: str, part: Part, known: Mapping[str, OpenSet]) -> tuple[OpenSet, bool]:
    """A set of keys that each project has of its own, and whether it is that of civil years."""
    part.only("meaning", "within", "civil_years")
    part.at("meaning").text()
    if part.has("civil_years"):
        if part.has("within") or not part.at("civil_years").flag():
            raise part.at("civil_years").wrong("years_stand_alone")
        return OpenSet(name), True
    if not part.has("within"):
        return OpenSet(name), False
    within = part.at("within").text()
    if within not in known or known[within].within:
        raise part.at("within").wrong("unknown_keys", name=within)
    return OpenSet(name, within), False


def read_survey_quantity(name: str, part: Part, sets: Collection[str]) -> QuantityRule:
    """A table of numbers by ``by``, or one number; it may be below nought."""
    part.only("unit", "least", "most", "whole", "meaning", "evidence", "by")
    least, most = part.at("least").number(), part.at("most").number()
    if least > most:
        raise part.wrong("bounds_contradict")
    plain = QuantityRule(
        name,
        read_unit(part.at("unit")),
        least,
        most,
        part.has("whole") and part.at("whole").flag(),
        part.at("meaning").text(),
        part.at("evidence").text(),
    )
    return replace(plain, sets=_by(part, sets))


def read_label(name: str, part: Part, sets: Collection[str]) -> LabelRule:
    part.only("by", "allowed", "meaning")
    allowed = clauses.read_key_set(part.at("allowed"))
    return LabelRule(name, _by(part, sets), allowed, part.at("meaning").text())


def read_previous(name: str, part: Part) -> PreviousRule:
    part.only("unit", "meaning")
    return PreviousRule(name, read_unit(part.at("unit")), part.at("meaning").text())


def _by(part: Part, sets: Collection[str]) -> tuple[str, ...]:
    if not part.has("by"):
        return ()
    names = tuple(each.text() for each in part.at("by").each())
    for name in names:
        if name not in sets:
            raise part.at("by").wrong("unknown_keys", name=name)
    if not 1 <= len(names) <= SETS_MAX or len(set(names)) != len(names):
        raise part.at("by").wrong("too_many_sets", most=SETS_MAX)
    return names


def read_loops(part: Part) -> tuple[Loop, ...]:
    """``for: [i in strata, p in plots[i]]`` of an equation that has a value for each key."""
    loops: list[Loop] = []
    for each in part.each():
        match = _LOOP.fullmatch(each.text())
        if match is None or match[1] in {loop.variable for loop in loops}:
            raise each.wrong("loop_unreadable")
        loops.append(Loop(match[1], match[2], match[3] or ""))
    if not 1 <= len(loops) <= SETS_MAX:
        raise part.wrong("too_many_sets", most=SETS_MAX)
    return tuple(loops)


def read_result(part: Part, equations: Sequence[Equation]) -> int:
    """The place of the equation that is the result: one number of a mass of CO2e."""
    place = _named(part, equations)
    if equations[place].loops:
        raise part.wrong("result_by_key", name=part.text())
    return place


def read_results(part: Part | None, equations: Sequence[Equation]) -> tuple[int, ...]:
    """The places of the results beside the main one."""
    if part is None:
        return ()
    return tuple(read_result(each, equations) for each in part.each())


def read_vintages(
    part: Part | None, equations: Sequence[Equation], years: str | None
) -> int | None:
    """The place of the equation that has the result by civil year."""
    if part is None:
        return None
    place = _named(part, equations)
    if [loop.keys for loop in equations[place].loops] != [years]:
        raise part.wrong("vintages_by_year", name=part.text())
    return place


def _named(part: Part, equations: Sequence[Equation]) -> int:
    for place, equation in enumerate(equations):
        if equation.name == part.text():
            if not equation.unit.fits(KG_CO2E):
                raise part.wrong("result_unit", name=equation.name, unit=equation.unit.text)
            return place
    raise part.wrong("unknown_equation", name=part.text())
