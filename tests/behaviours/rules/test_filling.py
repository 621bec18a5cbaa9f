"""The figures that a rule awaited make the next version of it, and nothing else of it changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from behaviours.actions.drafts import check_document
from behaviours.actions.filling import FilledTexts, fill
from behaviours.actions.shipped import load_rulebook, load_version
from behaviours.document import DocumentError
from behaviours.refusal import Refusal
from behaviours.rules.factors import shipped_factors
from behaviours.rules.filling import (
    FigureNotAwaited,
    FigureUnitDiffers,
    FigureUnsourced,
    Supplied,
    next_version,
    only_supplies,
    read_figures,
)
from behaviours.rules.methodology import Version
from behaviours.rules.publication import StartsInThePast, check_alone, check_start
from tests.behaviours.builders import a_document

WAITING = load_rulebook().version("acef.stop_driving", "draft")
FIRST = WAITING.validity.starts_on
TODAY = FIRST + timedelta(days=800)
FIGURES = """
figures:
  EF_day:
    unit: kgCO2/day
    rows:
      - {key: [fuel], value: "6.5"}
      - {key: [hybrid], value: "4"}
      - {key: [battery_electric], value: "2.5"}
    source: {title: The text itself, url: "https://example.org/t", read: Annex A.}
    grade: secondary
  EF_instead:
    unit: kgCO2/day
    value: "1.5"
    source: stop
    grade: assumption
    note: A test's own figure.
"""


def filling(text: str = FIGURES, version: Version = WAITING, **changes: Any) -> FilledTexts:
    options: dict[str, Any] = {"name": "draft-9", "starts_on": None, "book": shipped_factors()}
    return fill(version, read_figures(text, "figures.yaml"), **{**options, **changes})


def as_version(texts: FilledTexts, **changes: Any) -> Version:
    document = {**json.loads(texts.document), **changes}
    return check_document(
        WAITING.code, None, json.dumps(document, ensure_ascii=False), texts.examples
    )


def test_the_filled_version_can_be_used_and_differs_in_nothing_else() -> None:
    texts = filling()
    version = as_version(texts)
    assert (version.version, version.awaiting, version.validity.starts_on) == ("draft-9", (), FIRST)
    own = {"version", "parameters", "sources"}
    assert {n: v for n, v in version.tree.items() if n not in own} == {
        n: v for n, v in WAITING.tree.items() if n not in own
    }
    day = {each.name: each for each in version.reckoning.parameters}["EF_day"]
    assert day.values[0].grade == "secondary"
    assert version.stated.sources[day.values[0].source].url == "https://example.org/t"
    assert only_supplies(version, WAITING)


def test_its_cases_are_computed_anew_and_its_grade_too() -> None:
    texts = filling()
    (case,) = json.loads(texts.examples)["examples"]
    # 1 x (6.5 - 1.5); the case that showed how it waited is gone.
    assert (case["saved_mg"], case["origin"]) == ("5000000", "computed")
    assert "parameters" not in case
    assert texts.grade == "assumption"
    better = FIGURES.replace("grade: assumption", "grade: official")
    # The equations themselves are a reconstruction.
    assert filling(better).grade == "assumption"


def test_one_figure_of_two_leaves_the_other_awaited() -> None:
    alone = FIGURES.partition("  EF_instead:")[0]
    texts = filling(alone)
    version = as_version(texts)
    assert [each.name for each in version.awaiting] == ["EF_instead"]
    case, still = json.loads(texts.examples)["examples"]
    assert (case["origin"], case["parameters"]) == ("synthetic", {"EF_instead": "1"})
    assert case["saved_mg"] == "5500000"
    assert still["refused"] == "METHODOLOGY_INCOMPLETE"
    assert texts.grade == ""
    # And is filled in its turn.
    rest = "figures:\n  EF_instead:" + FIGURES.partition("  EF_instead:")[2]
    again = as_version(filling(rest, version, name="draft-10"))
    assert again.awaiting == ()
    assert only_supplies(again, WAITING)


def test_a_later_first_day_takes_the_cases_along() -> None:
    later = date(2027, 5, 1)
    texts = filling(starts_on=later)
    assert as_version(texts).validity.starts_on == later
    assert json.loads(texts.examples)["examples"][0]["occurred_on"] == later.isoformat()


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (("EF_instead:", "EF_other:"), (FigureNotAwaited, "unknown")),
        (("unit: kgCO2/day\n    value", "unit: gCO2/day\n    value"), (FigureUnitDiffers, "")),
        (("unit: kgCO2/day\n    value", "unit: kgCO2/km\n    value"), (FigureUnitDiffers, "")),
        (("    source: stop\n", ""), (FigureUnsourced, "")),
        (("source: stop", "source: hearsay"), (DocumentError, "field")),
        (("grade: secondary", "grade: sure"), (DocumentError, "field")),
        (('value: "1.5"', 'value: "1,5"'), (DocumentError, "field")),
        (("key: [hybrid]", "key: [steam]"), (DocumentError, "field")),
    ],
)
def test_what_is_no_figure_of_the_rule_is_refused(
    change: tuple[str, str], refused: tuple[type[Refusal], str]
) -> None:
    assert change[0] in FIGURES
    with pytest.raises(refused[0]) as caught:
        filling(FIGURES.replace(*change, 1))
    assert caught.value.case == refused[1]


def test_a_rule_that_has_its_figures_is_not_filled() -> None:
    with pytest.raises(FigureNotAwaited) as caught:
        filling(version=as_version(filling()))
    assert caught.value.case == "none"
    half = as_version(filling(FIGURES.partition("  EF_instead:")[0]))
    with pytest.raises(FigureNotAwaited) as caught:
        filling(version=half)
    assert caught.value.case == "known"


def test_a_warming_potential_is_supplied_to_its_set() -> None:
    sorting = load_rulebook().version("acef.smart_waste_sorting", "2024")
    one = Supplied("GWP_CH4", sorting.reckoning.parameters[-1].unit, "28", (), "x", "official")
    with pytest.raises(FigureNotAwaited) as caught:
        fill(sorting, [one], name="9", starts_on=None, book=shipped_factors())
    assert caught.value.case == "gas"


@pytest.mark.parametrize("waiting", load_rulebook().awaited(), ids=lambda each: each.label)
def test_whatever_waits_differs_only_in_figures_from_itself(waiting: Version) -> None:
    assert only_supplies(waiting, waiting)
    for name, value in (("scope", "Another."), ("equations", []), ("regions", ["CN-99"])):
        assert not only_supplies(replace(waiting, tree={**waiting.tree, name: value}), waiting)


def test_it_may_reach_back_to_the_first_day_of_the_one_that_waited() -> None:
    version = as_version(filling())
    others = load_rulebook().versions()
    check_start(version, TODAY, others)
    check_alone(version, others)
    with pytest.raises(StartsInThePast):
        check_start(version, TODAY)
    earlier = as_version(filling(), in_force={"from": (FIRST - timedelta(days=1)).isoformat()})
    with pytest.raises(StartsInThePast):
        check_start(earlier, TODAY, others)


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "Another."},
        {"result": "BE"},
        {"quantities": {**WAITING.tree["quantities"], "days": {  # type: ignore[dict-item]
            **WAITING.tree["quantities"]["days"], "most": "2"}}},  # type: ignore[call-overload, dict-item, index]
    ],
)  # fmt: skip
def test_what_changes_more_starts_today_or_later(change: dict[str, Any]) -> None:
    version = replace(as_version(filling()), tree={**as_version(filling()).tree, **change})
    with pytest.raises(StartsInThePast):
        check_start(version, TODAY, load_rulebook().versions())


def test_it_does_not_reach_back_over_days_that_another_rule_priced() -> None:
    version = as_version(filling())
    other = replace(
        version,
        code="another.rule",
        validity=replace(version.validity, starts_on=TODAY - timedelta(days=3)),
    )
    older = replace(other, validity=replace(other.validity, starts_on=FIRST - timedelta(days=9)))
    others = load_rulebook().versions()
    # The other one, which is the later, prices its days before and after.
    check_start(version, TODAY, [*others, other])
    with pytest.raises(StartsInThePast):
        check_start(version, TODAY, [*others, older])
    ended = replace(older, validity=replace(older.validity, ends_on=FIRST - timedelta(days=1)))
    check_start(version, TODAY, [*others, ended])
    elsewhere = replace(older, validity=replace(older.validity, regions=frozenset({"CN-31"})))
    # A rule for the region alone goes before one for all of them.
    check_start(version, TODAY, [*others, elsewhere])


def test_the_next_version_has_the_next_number() -> None:
    assert next_version("2022", {"2022"}) == "2022-2"
    assert next_version("2022-2", {"2022", "2022-2", "2022-3"}) == "2022-4"
    assert next_version("draft", {"draft", "draft-2"}) == "draft-3"


def test_a_rule_of_one_figure_is_filled_from_its_own_source() -> None:
    text = a_document().replace(
        '    values:\n      - {value: "2", source: book, grade: official}\n',
        "    required: {what: a figure, where: a book}\n",
    )
    assert "required" in text
    cases = (
        "examples:\n  - {title: x, origin: synthetic, region: CN-44, occurred_on: 2026-01-01,"
        ' quantities: {mass: "1"}, evidence: {thing_id: a}, parameters: {EF: "1"},'
        ' saved_mg: "1000000"}\n'
    )
    waiting = load_version(text, cases, "methodology.yaml")
    unit = waiting.reckoning.parameters[0].unit
    made = filling(version=waiting, text="figures: {}", name="2")
    assert json.loads(made.document)["parameters"]["EF"] == waiting.tree["parameters"]["EF"]  # type: ignore[call-overload, index]
    one = Supplied("EF", unit, "3", (), "book", "official")
    done = fill(waiting, [one], name="2", starts_on=None, book=shipped_factors())
    assert done.grade == "official"
    assert json.loads(done.examples)["examples"][0]["saved_mg"] == "3000000"
