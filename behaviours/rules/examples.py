"""Examples: worked cases beside a rule, read and compared with what came out.

A case is run where actions are judged; here stands only what an example says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from behaviours.document import Faults, Part
from behaviours.rules.methodology import Version

# A synthetic example tries the equations of a rule that awaits figures, with stated test values.
ORIGINS = ("printed", "computed", "synthetic")
FIELDS = (
    *("title", "origin", "region", "occurred_on", "recorded_on", "quantities", "evidence"),
    *("parameters", "reported_by", "ended_after_hours", "history", "saved_mg", "refused", "held"),
    *("counted_before", "taken_over"),
)
HOURS_MAX = 100_000
# A number, or the rows of a table.
TestValue = Decimal | Mapping[tuple[str, ...], Decimal]


@dataclass(frozen=True, slots=True)
class Example:
    """One worked case; ``expected`` is milligrams, the code of a refusal or a hold, with its place.

    ``stated`` are the test values of the figures that the rule awaits, None when it has all;
    ``counted_before`` is, by limit, what counted already in its period.
    """

    title: str
    origin: str
    region: str
    occurred_on: date
    recorded_on: date
    ended_after_hours: int | None
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    by_person: bool
    history: Sequence[tuple[date, Decimal]]
    counted_before: Mapping[str, Decimal]
    stated: Mapping[str, TestValue] | None
    expected: str
    expected_at: Part

    @property
    def saves(self) -> bool:
        return self.expected.isdigit() and int(self.expected) > 0


def read_examples(
    version: Version | None, root: Part, faults: Faults, *, taken_over: bool = False
) -> list[Example]:
    """Every example of a document; what is wrong with one, or does not suit the rule, is gathered.

    Those that are taken over from a version that this one amends are of its days. Without a
    version, whose document is wrong itself, only their shape is looked at.
    """
    root = root.noting(faults)
    root.only("examples")
    return list(faults.listed(_example, root.at("examples").each(), version, taken_over))


def held_by(condition: str) -> str:
    """How it is said that an example comes out held by a condition."""
    return f"held {condition}"


def check_outcome(version: Version, example: Example, came_out: str) -> None:
    """Raises DocumentError, which names both, when something else was expected."""
    if came_out != example.expected:
        example.expected_at.flawed(
            "other_outcome",
            methodology=version.label,
            came_out=came_out,
            expected=example.expected,
        )


def some_save(examples: Sequence[Example], root: Part) -> None:
    """A rule shows at least one case that saves something; raises DocumentError."""
    if not any(example.saves for example in examples):
        raise root.at("examples").wrong("nothing_saved")


def _example(part: Part, version: Version | None, taken_over: bool) -> Example:
    part.only(*FIELDS)
    title = part.at("title").text()
    origin = read_origin(version, part)
    taken_over = taken_over or (part.has("taken_over") and part.at("taken_over").flag())
    on = part.at("occurred_on").day()
    if version is not None and not taken_over and not version.validity.in_force(on):
        part.at("occurred_on").flawed("not_in_force", methodology=version.label, on=on.isoformat())
    recorded_on, hours = part.maybe("recorded_on"), part.maybe("ended_after_hours")
    stated, history = part.maybe("parameters"), part.maybe("history")
    expected = next((e for e in (part.maybe("refused"), part.maybe("held")) if e), None)
    if expected is None:
        expected = part.at("saved_mg")
    return Example(
        title=title,
        origin=origin,
        region=part.at("region").text(),
        occurred_on=on,
        recorded_on=on if recorded_on is None else recorded_on.day(),
        ended_after_hours=None if hours is None else hours.whole(HOURS_MAX),
        quantities=_texts(part.at("quantities")),
        evidence=_texts(part.at("evidence")),
        by_person=_by_person(part),
        history=()
        if history is None
        else [(p.at("day").day(), p.at("value").number()) for p in history.each()],
        counted_before=_counted_before(version, part),
        stated=None if stated is None or version is None else _stated(version, stated),
        expected=held_by(expected.text()) if part.has("held") else expected.text(),
        expected_at=expected,
    )


def _counted_before(version: Version | None, part: Part) -> Mapping[str, Decimal]:
    """What counted already in the period of each limit that is named, in its unit."""
    stated = part.maybe("counted_before")
    if stated is None:
        return {}
    if version is not None:
        stated.only(*(limit.name for limit in version.limits))
    return {name: each.number() for name, each in stated.items()}


def read_origin(version: Version | None, part: Part) -> str:
    """Only a rule that awaits figures is tried with test values, and it says so."""
    origin = part.at("origin")
    synthetic = origin.one_of(*ORIGINS) == "synthetic"
    if synthetic and version is not None and not version.awaiting:
        origin.flawed("figures_complete")
    if synthetic != part.has("parameters"):
        origin.flawed("synthetic_alone")
    return origin.text()


def _stated(version: Version, part: Part) -> Mapping[str, TestValue]:
    """The test values of every awaited figure; of a table, row by row with keys as a.b."""
    awaited = {p.name: p for p in version.reckoning.parameters if p.awaiting is not None}
    part.only(*awaited)
    stated: dict[str, TestValue] = {}
    for name, parameter in awaited.items():
        value = part.at(name)
        if parameter.keys:
            rows = {tuple(key.split(".")): row.number() for key, row in value.items()}
            sets = [version.reckoning.key_sets[keys] for keys in parameter.keys]
            if not all(_is_row(row, sets) for row in rows):
                value.flawed("unknown_stated_row")
            stated[name] = rows
        else:
            stated[name] = value.number()
    return stated


def _is_row(row: Sequence[str], sets: Sequence[Sequence[str]]) -> bool:
    return len(row) == len(sets) and all(key in keys for key, keys in zip(row, sets, strict=True))


def _texts(part: Part) -> Mapping[str, str]:
    return {name: value.text() for name, value in part.items()}


def _by_person(part: Part) -> bool:
    who = part.maybe("reported_by")
    return who is not None and who.one_of("person", "provider") == "person"
