"""Reading what a rule says of trust: reporting, installation and the plausible conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from behaviours.document import Faults, Part
from behaviours.rules.clauses import BEHAVIOUR, matching, read_source
from behaviours.rules.document import read_unit
from behaviours.rules.expression import NAME, ExpressionError
from behaviours.rules.formula import write_conditions
from behaviours.rules.formula_scope import DATE, TRUTH, Scope, TermKind
from behaviours.rules.members import EvidenceRule, Source
from behaviours.rules.trusted import (
    CONFIRMATIONS,
    INSTALLATION_KINDS,
    OUTCOMES,
    PARTICIPANT,
    PROVIDER,
    InstallationRule,
    PlausibleRule,
    ReportingRule,
)
from behaviours.rules.units import Unit, parse_unit

HOURS, DAYLIGHT, SELF_REPORT = "hours", "daylight", "self_report"
CAPACITY, COMMISSIONED_ON, DAY = "installation.capacity", "installation.commissioned_on", "day"
REPORTS_MAX = 1000

_ALONE = ("by", "evidence", "evidence_factor", "confirmation", "per_day", "source", "grade")
_HOUR = parse_unit("h")


def read_reporting(
    part: Part | None,
    action_class: str,
    evidence: Mapping[str, EvidenceRule],
    sources: Mapping[str, Source],
) -> ReportingRule:
    """Who may report; a provider alone unless the rule says more."""
    if part is None:
        return ReportingRule()
    who = [each.text() for each in part.at("by").each()]
    if who == [PROVIDER]:
        part.only("by")
        return ReportingRule()
    if who != [PROVIDER, PARTICIPANT]:
        raise part.at("by").wrong("reporters_unknown")
    if action_class == "project":
        raise part.at("by").wrong("project_self_reported")
    part.only(*_ALONE)
    shown = tuple(each.text() for each in part.at("evidence").each())
    for name in shown:
        if name not in evidence:
            raise part.at("evidence").wrong("unknown_evidence", name=name)
    if not shown:
        raise part.at("evidence").wrong("self_report_unproven")
    factor = part.at("evidence_factor").number()
    if not 0 < factor <= 1:
        raise part.at("evidence_factor").wrong("factor_outside")
    source, grade = read_source(part, sources)
    return ReportingRule(
        by_participant=True,
        evidence=shown,
        factor=factor,
        confirmation=part.at("confirmation").one_of(*CONFIRMATIONS),
        per_day=part.at("per_day").whole(REPORTS_MAX),
        source=source,
        grade=grade,
    )


def read_installation(part: Part | None) -> InstallationRule | None:
    if part is None:
        return None
    part.only("kind", "capacity")
    capacity = part.maybe("capacity")
    return InstallationRule(
        part.at("kind").one_of(*INSTALLATION_KINDS),
        None if capacity is None else read_unit(capacity),
    )


def read_plausible(
    part: Part | None,
    scope: Scope,
    installation: InstallationRule | None,
    sources: Mapping[str, Source],
    faults: Faults,
) -> tuple[PlausibleRule, ...]:
    """The conditions, each compiled by itself so that what it reads is known."""
    if part is None:
        return ()
    if not faults.has(installation):
        faults.names |= {CAPACITY, COMMISSIONED_ON, *NAME.findall(f"{CAPACITY} {COMMISSIONED_ON}")}
        installation = None
    surroundings = _surroundings(scope, installation)
    declared = scope.names()
    for name in surroundings:
        if name in declared:
            part.flawed("declared_twice", name=name)
    rules: list[PlausibleRule] = []
    for each in part.each():
        rule = faults.read(_condition, each, scope, surroundings, sources, faults)
        if not faults.has(rule):
            continue
        if rule.name in {other.name for other in rules}:
            each.at("name").flawed("declared_twice", name=rule.name)
        rules.append(rule)
    return tuple(rules)


def _surroundings(
    scope: Scope, installation: InstallationRule | None
) -> dict[str, tuple[str, TermKind]]:
    """What only a plausible condition may name, and the code that reads it."""
    found = {
        HOURS: ("m.hours", TermKind("quantity", _HOUR)),
        DAYLIGHT: ("m.daylight()", TRUTH),
    }
    if installation is not None:
        found[COMMISSIONED_ON] = ("m.installation.commissioned_on", DATE)
        if installation.capacity is not None:
            found[CAPACITY] = ("m.capacity", TermKind("quantity", installation.capacity))
    units = {**scope.quantities, **scope.optional}
    units |= {name: keyed.unit for name, keyed in scope.keyed.items()}
    for name, unit in units.items():
        found[f"{DAY}.{name}"] = (f"m.day[{name!r}]", TermKind("quantity", unit))
    return found


def _condition(
    part: Part,
    scope: Scope,
    surroundings: Mapping[str, tuple[str, TermKind]],
    sources: Mapping[str, Source],
    faults: Faults,
) -> PlausibleRule:
    part.only("name", "if", "else", "meaning", "source", "grade")
    name, text = matching(part.at("name"), BEHAVIOUR), part.at("if").text()
    part.at("meaning").only("zh", "en")
    source, grade = read_source(part, sources)
    own = replace(scope, surroundings=surroundings, used=set(), history={}, steps={}, terms=0)
    if not faults.names.isdisjoint(NAME.findall(text)):
        return cast("PlausibleRule", faults.lost())
    try:
        code = write_conditions([text], own)
    except ExpressionError as error:
        raise part.at("if").wrong(
            "condition", name=name, problem=error.fault.problem, remedy=error.fault.remedy
        ) from None
    if own.history:
        raise part.at("if").wrong("plausible_history", name=name)
    reads = frozenset(own.used & surroundings.keys())
    return PlausibleRule(
        name=name,
        text=text,
        otherwise=part.at("else").one_of(*OUTCOMES),
        meaning_zh=part.at("meaning").at("zh").text(),
        meaning_en=part.at("meaning").at("en").text(),
        source=source,
        grade=grade,
        code=code,
        reads=reads,
        reads_day=any(each.startswith(f"{DAY}.") for each in reads),
        units=_units(own, sorted(own.used)),
    )


def _units(scope: Scope, names: Sequence[str]) -> dict[str, str]:
    """The unit of each quantity, figure and circumstance among the names; empty without one."""
    units: dict[str, Unit] = {**scope.quantities, **scope.optional}
    units |= {name: keyed.unit for name, keyed in scope.keyed.items()}
    units |= {name: unit for name, (_, unit) in scope.parameters.items()}
    units |= {
        name: kind.unit for name, (_, kind) in scope.surroundings.items() if kind.of == "quantity"
    }
    return {name: units[name].text if name in units else "" for name in names}
