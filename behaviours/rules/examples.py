"""Examples: worked cases beside a rule. A rule whose examples do not come out is not loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from typing import Any

from behaviours.actions.action import Action
from behaviours.actions.judgement import judge_by
from behaviours.civil_time import PROGRAMME_ZONE
from behaviours.refusal import Refusal
from behaviours.rules.document import DocumentError, Part
from behaviours.rules.evaluation import evaluate
from behaviours.rules.formula_functions import Moment
from behaviours.rules.methodology import Version
from behaviours.rules.units import ARITHMETIC, whole_mg

# A synthetic example tries the equations of a rule that awaits figures, with stated test values.
ORIGINS = ("printed", "computed", "synthetic")


def check_examples(version: Version, root: Part) -> int:
    """Run every example; DocumentError names the first that differs. Returns how many ran."""
    root.only("examples")
    ran = saved = 0
    for part in root.at("examples").each():
        part.only(
            "title",
            "origin",
            "region",
            "occurred_on",
            "recorded_on",
            "quantities",
            "evidence",
            "parameters",
            "reported_by",
            "ended_after_hours",
            "history",
            "saved_mg",
            "refused",
        )
        part.at("title").text()
        _check_origin(version, part)
        came_out = _outcome(version, part)
        expected = part.at("refused") if part.has("refused") else part.at("saved_mg")
        if came_out != expected.text():
            raise expected.wrong(
                f"{version.label} gives {came_out}, the example says {expected.text()}",
                "Correct the example or the rule; they must agree to the milligram.",
            )
        ran += 1
        saved += came_out.isdigit() and int(came_out) > 0
    if not saved:
        raise root.at("examples").wrong(
            "no example saves anything", "Add one with a result in saved_mg."
        )
    return ran


def _check_origin(version: Version, part: Part) -> None:
    """Only a rule that awaits figures is tried with test values, and it says so."""
    origin = part.at("origin")
    synthetic = origin.one_of(*ORIGINS) == "synthetic"
    if synthetic and not version.awaiting:
        raise origin.wrong("the rule has all its figures", "Compute the example from them.")
    if synthetic != part.has("parameters"):
        raise origin.wrong(
            "test values and a synthetic origin belong together",
            "Write origin: synthetic and parameters:, or neither.",
        )


def _stated(version: Version, part: Part) -> Mapping[str, Any]:
    """The test values of every awaited figure; of a table, row by row with keys as a.b."""
    awaited = {p.name: p for p in version.parameters if p.awaiting is not None}
    part.only(*awaited)
    stated: dict[str, Any] = {}
    for name, parameter in awaited.items():
        value = part.at(name)
        if parameter.keys:
            rows = {tuple(key.split(".")): row.number() for key, row in value.items()}
            sets = [version.key_sets[keys] for keys in parameter.keys]
            if not all(_is_row(row, sets) for row in rows):
                raise value.wrong("a row has no such key", "Write the keys as a.b, in order.")
            stated[name] = rows
        else:
            stated[name] = value.number()
    return stated


def _is_row(row: Sequence[str], sets: Sequence[Sequence[str]]) -> bool:
    return len(row) == len(sets) and all(key in keys for key, keys in zip(row, sets, strict=True))


def _outcome(version: Version, part: Part) -> str:
    """The milligrams, or the code of the refusal."""
    on = part.at("occurred_on").day()
    if not version.in_force(on):
        raise part.at("occurred_on").wrong(
            f"{version.label} is not in force on {on}", "Choose a day on which it is."
        )
    recorded_on = part.at("recorded_on").day() if part.has("recorded_on") else on
    try:
        return str(_saved_mg(version, _action(version, part, on), on, recorded_on, part))
    except DocumentError:
        # A slip in the example itself is not an outcome of the rule.
        raise
    except Refusal as refusal:
        return refusal.code


def _saved_mg(version: Version, action: Action, on: date, recorded_on: date, part: Part) -> int:
    version.book.check_region(action.region)
    now = datetime.combine(recorded_on, time(23, 59), PROGRAMME_ZONE)
    bound = None
    if part.has("parameters"):
        factors = version.factors_for(action.region, on, recorded_on)
        bound = version.bind(on, factors, _stated(version, part.at("parameters")))
    accepted = judge_by(version, action, on, now, bound)
    history = []
    if part.has("history"):
        history = [(p.at("day").day(), p.at("value").number()) for p in part.at("history").each()]
    with localcontext(ARITHMETIC):
        moment = Moment(on, action.region, history)
        steps = evaluate(version, accepted.bound, accepted.quantities, accepted.evidence, moment)
        return whole_mg(max(steps[version.result], Decimal(0)))


def _action(version: Version, part: Part, on: date) -> Action:
    occurred_at = datetime.combine(on, time(0), PROGRAMME_ZONE).astimezone(UTC)
    ended_at = None
    if part.has("ended_after_hours"):
        ended_at = occurred_at + timedelta(hours=part.at("ended_after_hours").whole(100_000))
    return Action(
        participant_id="example",
        provider_id="" if _by_person(part) else "example",
        behaviour=version.behaviour,
        external_id="example",
        occurred_at=occurred_at,
        ended_at=ended_at,
        region=part.at("region").text(),
        quantities=_texts(part.at("quantities")),
        evidence=_texts(part.at("evidence")),
    )


def _texts(part: Part) -> Mapping[str, str]:
    return {name: value.text() for name, value in part.items()}


def _by_person(part: Part) -> bool:
    who = part.maybe("reported_by")
    return who is not None and who.one_of("person", "provider") == "person"
