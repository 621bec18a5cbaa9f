"""Worked cases of a rule of projects: a survey, and what each named step comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from behaviours.document import Part
from behaviours.refusal import Refusal
from behaviours.rules.examples import ORIGINS
from behaviours.rules.factors import GRADES
from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import StepValue, SurveyRun, run_survey
from behaviours.rules.survey_rule import Cells, FixedFigure, Keys, Survey

# What is told of a project and a period.
SURVEY_FIELDS = (
    "region",
    "period",
    "sets",
    "quantities",
    "labels",
    "project_parameters",
    "previous",
)
FIELDS = (
    *("title", "origin", *SURVEY_FIELDS, "recorded_on", "parameters"),
    *("steps", "saved_mg", "vintages", "refused"),
)


def check_survey_examples(version: Version, root: Part) -> int:
    """Run every case; DocumentError names the first that comes out otherwise. Returns how many."""
    root.only("examples")
    cases = list(root.at("examples").each())
    for case in cases:
        _check(version, case)
    if not any(case.has("saved_mg") or case.has("steps") for case in cases):
        raise root.at("examples").wrong("nothing_saved")
    return len(cases)


def _check(version: Version, part: Part) -> None:
    part.only(*FIELDS)
    part.at("title").text()
    _check_origin(version, part)
    survey = read_survey(version, part)
    recorded_on = part.maybe("recorded_on")
    refused = part.maybe("refused")
    stated = part.maybe("parameters")
    try:
        run = run_survey(
            version,
            survey,
            recorded_on=None if recorded_on is None else recorded_on.day(),
            stated=None if stated is None else _stated(version, stated),
        )
    except Refusal as refusal:
        if refused is None:
            named = part.maybe("saved_mg") or part.at("title")
            raise _other(version, named, refusal.code) from None
        if refusal.code != refused.text():
            raise _other(version, refused, refusal.code) from None
        return
    if refused is not None:
        raise _other(version, refused, f"{run.mg} mg")
    _check_run(version, part, run)


def _check_origin(version: Version, part: Part) -> None:
    synthetic = part.at("origin").one_of(*ORIGINS) == "synthetic"
    if synthetic and not version.awaiting:
        raise part.at("origin").wrong("figures_complete")
    if synthetic != part.has("parameters"):
        raise part.at("origin").wrong("synthetic_alone")


def _check_run(version: Version, part: Part, run: SurveyRun) -> None:
    if part.has("saved_mg"):
        _compare(version, part.at("saved_mg"), str(run.mg))
    if part.has("vintages"):
        got = {str(each.year): str(each.mg) for each in run.vintages}
        for year, expected in part.at("vintages").items():
            _compare(version, expected, got.get(year, "nothing"))
    if not part.has("steps"):
        return
    for name, expected in part.at("steps").items():
        step, _, key = name.partition(".")
        if step not in run.steps:
            raise expected.wrong("unknown_step", name=step)
        _compare_number(version, expected, _cell(run.steps[step], key))


def _cell(value: StepValue, key: str) -> Decimal | None:
    return value if isinstance(value, Decimal) else value.get(tuple(key.split(".")))


def _compare_number(version: Version, expected: Part, came_out: Decimal | None) -> None:
    """To the last printed place, halves to even: printed tables are rounded, not cut off."""
    number = expected.number()
    places = len(expected.text().partition(".")[2])
    if came_out is None or round(came_out, places) != number:
        raise _other(version, expected, "nothing" if came_out is None else f"{came_out:f}")


def _compare(version: Version, expected: Part, came_out: str) -> None:
    if expected.text() != came_out:
        raise _other(version, expected, came_out)


def _other(version: Version, expected: Part, came_out: str) -> Exception:
    return expected.wrong(
        "other_outcome", methodology=version.label, came_out=came_out, expected=expected.text()
    )


def read_survey(version: Version, part: Part) -> Survey:
    """A survey as a document writes it: keys of several sets joined by full stops."""
    rule = version.survey
    assert rule is not None
    period = part.at("period")
    period.only("from", "to")
    members, parents = _members(part.maybe("sets"))
    return Survey(
        region=part.at("region").text(),
        starts_on=period.at("from").day(),
        ends_on=period.at("to").day(),
        members=members,
        parents=parents,
        quantities={n: _cells(p) for n, p in _items(part, "quantities")},
        labels={
            n: {_keys(key): word.text() for key, word in p.items()}
            for n, p in _items(part, "labels")
        },
        fixed={n: _fixed(p) for n, p in _items(part, "project_parameters")},
        previous={n: p.number() for n, p in _items(part, "previous")},
    )


def _items(part: Part, section: str) -> Iterator[tuple[str, Part]]:
    if part.has(section):
        yield from part.at(section).items()


def _members(
    part: Part | None,
) -> tuple[dict[str, Sequence[str]], dict[str, Mapping[str, str]]]:
    """``strata: [S1, S2]``, and ``plots: {S1: [a, b], S2: [c]}`` of what lies within."""
    members: dict[str, Sequence[str]] = {}
    parents: dict[str, Mapping[str, str]] = {}
    for name, keys in part.items() if part is not None else ():
        if not isinstance(keys.value, dict):
            members[name] = [each.text() for each in keys.each()]
            continue
        lies_in = [(each.text(), parent) for parent, inner in keys.items() for each in inner.each()]
        members[name] = [key for key, _ in lies_in]
        parents[name] = dict(lies_in)
    return members, parents


def _cells(part: Part) -> Cells:
    if not isinstance(part.value, dict):
        return {(): part.number()}
    return {_keys(key): value.number() for key, value in part.items()}


def _keys(text: str) -> Keys:
    return tuple(text.split("."))


def _fixed(part: Part) -> FixedFigure:
    part.only("values", "source", "grade")
    return FixedFigure(
        _cells(part.at("values")), part.at("source").text(), part.at("grade").one_of(*GRADES)
    )


def _stated(version: Version, part: Part) -> dict[str, Decimal | Cells]:
    part.only(*(p.name for p in version.reckoning.parameters if p.awaiting is not None))
    return {
        name: value.number() if not isinstance(value.value, dict) else _cells(value)
        for name, value in part.items()
    }
