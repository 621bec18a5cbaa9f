"""The calculator of a version as a page: a form, and what its action would save, step by step.

It works without a script: the form is sent here, and the answer is a page. Nothing is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypedDict

from flask import Response
from markupsafe import Markup

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.faults import invalid
from app.http.queries import no_dry_run
from app.shown.mathml import CaseValues, Rows, worked_markup
from app.web.account.browser import field
from app.web.account.pages import form_page, language
from app.web.catalogue.rows import SourceLink, VersionLine, row_of, web
from app.web.reading import Pages
from behaviours.actions.calculation import (
    LimitShown,
    ParameterShown,
    StepShown,
    UncertaintyShown,
    counted_of,
)
from behaviours.actions.quantify import Working, explain
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from behaviours.rules.members import EvidenceRule, QuantityRule
from behaviours.rules.methodology import Version
from behaviours.rules.units import kg

blueprint = Pages("calculator_pages", __name__, description="The calculator of a rule, as a page.")

# Names of the form that are no quantity and no evidence.
REGION, DAY, EARLIER, HOURS = "region", "occurred_on", "earlier", "hours"
QUANTITY, EVIDENCE = "q.", "e."
_EARLIER_MOST: Final = 366
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")


class QuantityField(TypedDict):
    """A quantity to type in."""

    name: str
    rule: QuantityRule
    typed: str


class EvidenceField(TypedDict):
    """Evidence to choose or to type in; ``choices`` is empty where it is typed."""

    name: str
    rule: EvidenceRule
    choices: list[str]
    typed: str


class FigureLineUsed(TypedDict):
    """A figure as the calculation read it; ``rows`` are (keys, number)."""

    name: str
    meaning: str
    unit: str
    value: str
    rows: list[tuple[str, str]]
    grade: str
    source: SourceLink
    told: str


class StepLine(TypedDict):
    """A step with its numbers."""

    markup: Markup
    meaning: str
    unit: str
    grade: str


class Answered(TypedDict):
    """What came out, with everything that it rests on."""

    saved_kg: str
    exact_kg: str
    grade: str
    figures: list[FigureLineUsed]
    steps: list[StepLine]
    limits: list[LimitShown]
    uncertainty: UncertaintyShown | None


@blueprint.route("/methodologies/<code>/<version>/calculator")
@allow_public
@blueprint.page
def show_calculator(code: str, version: str) -> Response:
    """The form: region, day, quantities, and the evidence that the equations read."""
    return _page(_of_actions(code, version))


@blueprint.route("/methodologies/<code>/<version>/calculator", methods=["POST"])
@allow_public
@no_dry_run
@blueprint.page
def calculate(code: str, version: str) -> Response:
    """What the action of the form would save; nothing is recorded."""
    found = _of_actions(code, version)
    try:
        answered = _answered(found)
    except Refusal as refused:
        return _page(found, refused=refused)
    return _page(found, answered=answered)


def _of_actions(code: str, version: str) -> Version:
    """The version; raises UnknownMethodology, or ForProjects for one that prices no action."""
    found = wiring().rulebook.version(code, version)
    found.check_of_actions()
    return found


def _page(
    version: Version, answered: Answered | None = None, refused: Refusal | None = None
) -> Response:
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    row: VersionLine = row_of(version, rulebook, today)
    covered = version.validity.regions or version.reckoning.book.regions.keys()
    known = version.reckoning.book.known_regions
    return form_page(
        "calculator.html",
        refused,
        version=version,
        row=row,
        quantities=[_quantity(rule) for rule in version.told.quantities.values()],
        evidence=[
            _evidence(version.told.evidence[name]) for name in version.reckoning.evidence_read
        ],
        reads_earlier=bool(version.reckoning.compiled.history),
        earlier=field(EARLIER),
        hours=field(HOURS),
        regions=sorted(region for region in covered if region in known),
        region=field(REGION),
        day=field(DAY) or max(today, version.validity.starts_on).isoformat(),
        answered=answered,
    )


def _quantity(rule: QuantityRule) -> QuantityField:
    return {"name": QUANTITY + rule.name, "rule": rule, "typed": field(QUANTITY + rule.name)}


def _evidence(rule: EvidenceRule) -> EvidenceField:
    pattern = "" if rule.pattern is None else rule.pattern.pattern
    # Only plain words between bars are a choice; any other shape is typed.
    choices = pattern.split("|") if pattern and "[" not in pattern else []
    typed = field(EVIDENCE + rule.name) or (rule.default or "")
    return {"name": EVIDENCE + rule.name, "rule": rule, "choices": choices, "typed": typed}


def _answered(version: Version) -> Answered:
    rulebook = wiring().rulebook
    day = _day()
    rulebook.check_not_withdrawn(version, day)
    working = explain(
        version,
        _sent(QUANTITY, version.told.quantities),
        _sent(EVIDENCE, version.told.evidence),
        field(REGION),
        day,
        _earlier(version, day),
        recorded_on=civil_day(now(), rulebook.zone),
        hours=_hours(),
    )
    return {
        "saved_kg": kg(working.saved_mg),
        "exact_kg": working.shown["rounding"]["exact_kg"],
        "grade": working.shown["provenance"],
        "figures": [_figure(each) for each in working.shown["parameters"]],
        "steps": _steps(version, working),
        "limits": working.shown.get("limits", []),
        "uncertainty": working.shown.get("uncertainty"),
    }


def _day() -> date:
    try:
        return date.fromisoformat(field(DAY))
    except ValueError:
        raise invalid(f"/{DAY}", "NOT_A_DAY") from None


def _hours() -> Decimal | None:
    """How long it took, where it was typed in."""
    typed = field(HOURS).strip()
    if not typed:
        return None
    if not _NUMBER.fullmatch(typed):
        raise invalid(f"/{HOURS}", "NOT_A_DECIMAL")
    return Decimal(typed)


def _sent(prefix: str, rules: Mapping[str, object]) -> dict[str, str]:
    """What was typed in; an empty field was left out."""
    typed = {name: field(prefix + name).strip() for name in rules}
    return {name: value for name, value in typed.items() if value}


def _earlier(version: Version, day: date) -> list[tuple[date, Decimal]]:
    """The days before, the latest first, as many as were typed in."""
    if not version.reckoning.compiled.history:
        return []
    words = field(EARLIER).replace(",", " ").split()[:_EARLIER_MOST]
    if not all(_NUMBER.fullmatch(word) for word in words):
        raise invalid(f"/{EARLIER}", "NOT_A_DECIMAL")
    return [(day - timedelta(days=back), Decimal(word)) for back, word in enumerate(words, 1)]


def _figure(shown: ParameterShown) -> FigureLineUsed:
    source = shown["source"]
    told = [str(shown[name]) for name in ("area", "data_year", "notice") if name in shown]
    return {
        "name": shown["name"],
        "meaning": shown["meaning"],
        "unit": shown["unit"],
        "value": shown.get("value", ""),
        "rows": [(" · ".join(row["key"]), row["value"]) for row in shown.get("rows", ())],
        "grade": shown["provenance"],
        "source": {"title": source["title"], "url": web(source.get("url", ""))},
        "told": " · ".join(told),
    }


def _steps(version: Version, working: Working) -> list[StepLine]:
    """Each step with its numbers: those before it may be named in it."""
    case = _case(version, working)
    numbers = dict(case.numbers)
    lines = []
    for step in working.shown["steps"]:
        case = CaseValues(
            numbers, case.tables, case.words, case.key_sets, case.keyed, case.optional
        )
        lines.append(_step(step, case))
        numbers[step["name"]] = step["value"]
    return lines


def _step(step: StepShown, case: CaseValues) -> StepLine:
    return {
        "markup": worked_markup(step["name"], step["equation"], step["value"], language(), case),
        "meaning": step["meaning"],
        "unit": step["unit"],
        "grade": step["provenance"],
    }


def _case(version: Version, working: Working) -> CaseValues:
    inputs = {each["name"]: each["value"] for each in working.shown["inputs"]}
    inputs |= counted_of(working.shown)
    figures = working.shown["parameters"]
    tables: dict[str, Rows] = {
        each["name"]: {tuple(row["key"]): row["value"] for row in each["rows"]}
        for each in figures
        if "rows" in each
    }
    numbers = {each["name"]: each["value"] for each in figures if "value" in each}
    groups: dict[str, dict[tuple[str, ...], str]] = {}
    optional = set()
    for name, rule in version.told.quantities.items():
        if rule.group:
            row = tuple(name.removeprefix(f"{rule.group}.").split("."))
            groups.setdefault(rule.group, {})[row] = inputs.get(name, "0")
        elif name in inputs:
            numbers[name] = inputs[name]
        if not rule.required and not rule.group:
            optional.add(name)
    words = {name: inputs[name] for name in version.reckoning.evidence_read if name in inputs}
    words |= {"region": inputs["region"], "on": inputs["occurred_on"]}
    return CaseValues(
        numbers=numbers,
        tables={**tables, **groups},
        words=words,
        key_sets=version.reckoning.key_sets,
        keyed={name: [sorted({row[0] for row in rows})] for name, rows in groups.items()},
        optional=frozenset(optional),
    )
