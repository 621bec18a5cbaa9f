"""Worked cases of a rule of projects: a survey, and what each named step comes to."""

from __future__ import annotations

from decimal import Decimal

from behaviours.document import Faults, Part
from behaviours.refusal import Refusal
from behaviours.rules.examples import read_origin
from behaviours.rules.methodology import Version
from behaviours.rules.survey.reading import SURVEY_FIELDS, read_cells, read_survey
from behaviours.rules.survey.run import StepValue, SurveyRun, run_survey
from behaviours.rules.survey_rule import Cells, Survey

FIELDS = (
    *("title", "origin", *SURVEY_FIELDS, "recorded_on", "parameters"),
    *("steps", "saved_mg", "vintages", "refused"),
)


def check_survey_examples(version: Version | None, root: Part, faults: Faults) -> int:
    """Run every case; what comes out otherwise is gathered. Returns how many there are.

    Without a version, whose document is wrong itself, only their shape is looked at.
    """
    root = root.noting(faults)
    root.only("examples")
    cases = list(root.at("examples").each())
    for case in cases:
        survey = faults.read(_case, version, case)
        if version is not None and faults.has(survey):
            _check(version, case, survey)
    if not any(case.has("saved_mg") or case.has("steps") for case in cases):
        root.at("examples").flawed("nothing_saved")
    return len(cases)


def _case(version: Version | None, part: Part) -> Survey:
    part.only(*FIELDS)
    part.at("title").text()
    read_origin(version, part)
    return read_survey(part)


def _check(version: Version, part: Part, survey: Survey) -> None:
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
        expected = refused or part.maybe("saved_mg") or part.at("title")
        if refused is None or refusal.code != refused.text():
            _other(version, expected, refusal.code)
        return
    if refused is not None:
        _other(version, refused, f"{run.mg} mg")
    else:
        _check_run(version, part, run)


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
            expected.flawed("unknown_step", name=step)
        else:
            _compare_number(version, expected, _cell(run.steps[step], key))


def _cell(value: StepValue, key: str) -> Decimal | None:
    return value if isinstance(value, Decimal) else value.get(tuple(key.split(".")))


def _compare_number(version: Version, expected: Part, came_out: Decimal | None) -> None:
    """To the last printed place, halves to even: printed tables are rounded, not cut off."""
    number = expected.number()
    places = len(expected.text().partition(".")[2])
    if came_out is None or round(came_out, places) != number:
        _other(version, expected, "nothing" if came_out is None else f"{came_out:f}")


def _compare(version: Version, expected: Part, came_out: str) -> None:
    if expected.text() != came_out:
        _other(version, expected, came_out)


def _other(version: Version, expected: Part, came_out: str) -> None:
    expected.flawed(
        "other_outcome", methodology=version.label, came_out=came_out, expected=expected.text()
    )


def _stated(version: Version, part: Part) -> dict[str, Decimal | Cells]:
    part.only(*(p.name for p in version.reckoning.parameters if p.awaiting is not None))
    return {
        name: value.number() if not isinstance(value.value, dict) else read_cells(value)
        for name, value in part.items()
    }
