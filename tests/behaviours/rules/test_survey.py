"""Rules of projects: open keys, plots within strata, years, losses, the period before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from app.messages.catalogues import sentence
from behaviours.actions.quantify import explain
from behaviours.actions.shipped import load_rulebook
from behaviours.document import DocumentError
from behaviours.projects.quantiles import student
from behaviours.rules.formula_functions import CannotCalculate, NoTableRow
from behaviours.rules.methodology import MethodologyIncomplete
from behaviours.rules.ranges import Ranges
from behaviours.rules.rulebook import UnknownBehaviour
from behaviours.rules.survey.run import SurveyRun, run_survey
from behaviours.rules.survey_rule import FixedFigure, ForProjects, Survey, UnfitSurvey
from tests.behaviours.project_rule import EXAMPLE, a_document, a_rule
from tests.builders.refusals import refuses

OF_PROJECTS = [
    "cdm.grid_connected_pv",
    "cdm.mangrove_restoration",
    "gd.forestry_project",
    "verra.tidal_wetland_restoration",
]

SURVEY = Survey(
    region="CN-44",
    starts_on=date(2024, 7, 1),
    ends_on=date(2025, 7, 1),
    members={"strata": ["A", "B"], "plots": ["a1", "a2", "b1"]},
    parents={"plots": {"a1": "A", "a2": "A", "b1": "B"}},
    quantities={
        "area": {("A",): Decimal(10), ("B",): Decimal(5)},
        "mass": {("a1",): Decimal(1), ("a2",): Decimal(3), ("b1",): Decimal(4)},
        "fuel": {("2024",): Decimal(2), ("2025",): Decimal(3)},
        "cars": {(): Decimal(5)},
    },
    labels={"kind": {("A",): "wet", ("B",): "dry"}},
    fixed={"risk": FixedFigure({(): Decimal("0.5")}, "A report", "secondary")},
)


def test_a_period_is_computed_over_the_keys_of_the_project():
    run = run_survey(a_rule(), SURVEY)
    assert run.steps["m"] == {("A",): 2, ("B",): 4}
    assert run.mg == 50_000_000_000
    assert run.results == {"kept": 25_000_000_000}
    # 184 days of 365 lie in 2024: 55 t x 184 / 365 - 2 t, and what is left of 55 t less 3 t.
    assert [(each.year, each.mg) for each in run.vintages] == [
        (2024, int(Fraction(55 * 184, 365) * 10**9) - 2 * 10**9),
        (2025, int(Fraction(55 * 181, 365) * 10**9) - 3 * 10**9),
    ]
    # The project's own figure is the worst of it.
    assert run.provenance == "secondary"


def test_what_the_last_period_came_to_is_read_and_a_loss_stays_a_loss():
    after = replace(SURVEY, previous={"ER": Decimal(70)})
    assert run_survey(a_rule(), after).results == {"kept": -10_000_000_000}
    lost = dict.fromkeys([("a1",), ("a2",), ("b1",)], Decimal(-2))
    storm = replace(SURVEY, quantities={**SURVEY.quantities, "mass": lost})
    run = run_survey(a_rule(), storm)
    assert run.mg == -60_000_000_000
    assert sum(each.mg for each in run.vintages) - run.mg in (-1, 0)


@settings(max_examples=60)
@given(
    plots=st.lists(st.integers(1, 6), min_size=1, max_size=8),
    numbers=st.randoms(use_true_random=False),
    starts=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 2_000),
)
def test_any_project_comes_out_as_fractions_say(plots, numbers, starts, days):
    """Against the same sums in plain Python with fractions, for any number of strata and plots."""
    strata = [f"S{place}" for place in range(len(plots))]
    counted = zip(strata, plots, strict=True)
    members = {s: [f"{s}-{n}" for n in range(count)] for s, count in counted}
    mass = {p: Decimal(numbers.randint(-500, 99_999)) / 100 for ps in members.values() for p in ps}
    area = {s: Decimal(numbers.randint(0, 99_999)) / 100 for s in strata}
    kind = {s: numbers.choice(["wet", "dry"]) for s in strata}
    survey = replace(
        SURVEY,
        starts_on=starts,
        ends_on=starts + timedelta(days=days),
        members={"strata": strata, "plots": list(mass)},
        parents={"plots": {p: s for s, ps in members.items() for p in ps}},
        labels={"kind": {(s,): word for s, word in kind.items()}},
    )
    survey = replace(
        survey,
        quantities={
            "area": {(s,): value for s, value in area.items()},
            "mass": {(p,): value for p, value in mass.items()},
            "fuel": {(year,): Decimal(1) for year in survey.years()},
            "cars": {(): Decimal(3)},
        },
    )
    run = run_survey(RULE, survey)
    worth = {"wet": 2, "dry": 1}
    whole = sum(
        sum(Fraction(mass[p]) for p in ps) / len(ps) * Fraction(area[s]) * worth[kind[s]]
        for s, ps in members.items()
    )
    result = (whole - 3 - len(survey.years())) * 10**9
    # A mean of thirds is cut at fifty digits: the milligram may turn over there, and nowhere else.
    assert abs(run.mg - result) < 1 + Fraction(1, 10**9)
    assert run.mg <= result + Fraction(1, 10**9)
    assert sum(survey.days_in(int(year)) for year in survey.years()) == days


RULE = a_rule()


def changed(**of_survey: object) -> Survey:
    return replace(SURVEY, **of_survey)  # type: ignore[arg-type]


def told(name: str, cells: Mapping[tuple[str, ...], Decimal]) -> Survey:
    return changed(quantities={**SURVEY.quantities, name: cells})


@pytest.mark.parametrize(
    ("survey", "pointer", "says"),
    [
        (changed(ends_on=date(2024, 7, 1)), "/period", "ends before it begins"),
        (changed(ends_on=date(2999, 1, 1)), "/period", "100 years"),
        (changed(members={**SURVEY.members, "ponds": ["P"]}), "/sets/ponds", "ponds"),
        (changed(members={"plots": ["a1"]}), "/sets", "strata"),
        (changed(members={**SURVEY.members, "strata": ["A", "B.1"]}), "/sets/strata", "B.1"),
        (changed(members={**SURVEY.members, "strata": ["A", "A"]}), "/sets/strata", "twice"),
        (changed(parents={"plots": {"a1": "A", "a2": "A"}}), "/sets/plots", "b1"),
        (told("lakes", {}), "/quantities/lakes", "lakes"),
        (changed(quantities={}), "/quantities", "area"),
        (told("area", {("C",): Decimal(1)}), "/quantities/area/C", "no key of this project"),
        (told("fuel", {("2026",): Decimal(1)}), "/quantities/fuel/2026", "no key of this project"),
        (told("area", {("A",): Decimal(1001)}), "/quantities/area/A", "between 0 and 1000"),
        (told("cars", {(): Decimal("1.5")}), "/quantities/cars", "whole"),
        (changed(labels={"kind": {("A",): "icy"}}), "/labels/kind/A", "wet, dry"),
        (changed(fixed={}), "/project_parameters", "risk"),
        (changed(previous={"NER": Decimal(1)}), "/previous/NER", "NER"),
        (
            changed(members={**SURVEY.members, "strata": [f"S{n}" for n in range(10_001)]}),
            "/sets/strata",
            "10000",
        ),
    ],
)
def test_what_does_not_fit_the_rule_is_refused_where_it_stands(survey, pointer, says):
    with refuses(UnfitSurvey, says) as caught:
        run_survey(RULE, survey)
    assert caught.value.pointer == pointer


def test_a_measurement_that_is_missing_is_named_with_its_key():
    with refuses(NoTableRow, "mass for b1"):
        run_survey(RULE, told("mass", {("a1",): Decimal(1), ("a2",): Decimal(3)}))


def test_all_of_the_period_before_is_told_or_nothing():
    two = a_document(kept=("", "(ER - previous.ER + previous.more) * (1 - risk)", "tCO2e"))
    two = two.replace("previous:\n", "previous:\n  more: {unit: tCO2e, meaning: More}\n")
    with refuses(UnfitSurvey, "more"):
        run_survey(a_rule(two), replace(SURVEY, previous={"ER": Decimal(1)}))


def test_sums_within_sums_end():
    summed = "sum(i in strata: sum(j in strata: sum(k in strata: saved[i]))) - cars * each"
    deep = a_document(whole=("", summed, "tCO2e"))
    examples = EXAMPLE.replace('whole: "55", ER: "50", kept: "25"', 'whole: "235"')
    version = a_rule(deep, examples.replace('"50000000000"', '"230000000000"'))
    strata = [f"S{n}" for n in range(200)]
    many = replace(
        SURVEY,
        members={"strata": strata, "plots": strata},
        parents={"plots": {each: each for each in strata}},
        quantities={
            **SURVEY.quantities,
            "area": {(each,): Decimal(1) for each in strata},
            "mass": {(each,): Decimal(1) for each in strata},
        },
        labels={"kind": {(each,): "wet" for each in strata}},
    )
    with refuses(CannotCalculate, "more than 2000000 keys"):
        run_survey(version, many)


def test_years_that_are_not_the_result_are_refused():
    with pytest.raises(DocumentError) as caught:
        a_rule(a_document(ER=("", "sum(t in years: by_year[t]) + each", "tCO2e")))
    assert "CANNOT_CALCULATE" in sentence(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "field", "says"),
    [
        ("{by: [strata], allowed", "{by: [lakes], allowed", "labels.kind.by", "lakes"),
        ("by: [plots], least", "by: [plots, plots], least", "quantities.mass.by", "3"),
        ("plots: {within: strata", "plots: {within: years_", "sets.plots.within", "years_"),
        (
            "{civil_years: true",
            "{within: strata, civil_years: true",
            "sets.years.civil_years",
            "civil",
        ),
        ('least: "0", most: "10",', 'least: "11", most: "10",', "quantities.cars", ""),
        ("for: ['i in strata']", "for: ['i of strata']", "equations[0].for[0]", "i in strata"),
        ("for: ['i in strata']", "for: ['i in lakes']", "equations[0].is", "lakes"),
        ("m[i] * area[i]", "m[i] * area", "equations[1].is", "area[key]"),
        ("EF[kind[i]]", "EF[i]", "equations[1].is", ""),
        ("area[i] * EF", "mass[i] * EF", "equations[1].is", "plots"),
        ("p in plots[i]: mass", "p in strata[i]: mass", "equations[0].is", "strata"),
        ("days_in(t) / sum", "days_in(whole) / sum", "equations[3].is", "civil year"),
        ("result: ER", "result: saved", "result", "each key"),
        ("result: ER", "result: m", "result", "t/ha"),
        ("results: [kept]", "results: [none]", "results[0]", "none"),
        ("vintages: by_year", "vintages: saved", "vintages", "civil year"),
        ("negative: keep", "negative: zero", "rounding.negative", "keep"),
        ("subject: project", "subject: person", "", ""),
        ("caps: []", "caps: []\nclaims: []", "claims", ""),
        ("- cars * each", "- each", "quantities.cars", ""),
    ],
)
def test_a_document_of_projects_that_means_nothing_is_refused(before, after, field, says):
    document = a_document()
    assert before in document
    with pytest.raises(DocumentError) as caught:
        a_rule(document.replace(before, after))
    assert caught.value.facts["field"] == field
    assert says in sentence(caught.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('whole: "55"', 'whole: "56"'),
        ('"50000000000"', '"50000000001"'),
        ('steps: {m.A: "2"', 'steps: {n.A: "2"'),
        ('steps: {m.A: "2"', 'steps: {m.C: "2"'),
        ('saved_mg: "50000000000"', "refused: NO_TABLE_ROW"),
        ("origin: computed", "origin: synthetic"),
        ('      area: {A: "10", B: "5"}\n', ""),
    ],
)
def test_an_example_that_comes_out_otherwise_is_refused(before, after):
    assert before in EXAMPLE
    with pytest.raises(DocumentError):
        a_rule(examples=EXAMPLE.replace(before, after))


# What is shipped


@pytest.mark.parametrize("code", OF_PROJECTS)
def test_a_shipped_rule_of_projects_is_listed_and_prices_no_action(code):
    rulebook = load_rulebook()
    (version,) = rulebook.versions_of(code)
    assert version.survey is not None
    assert version.behaviour not in {each.code for each in rulebook.behaviours()}
    with refuses(UnknownBehaviour):
        rulebook.version_for(version.behaviour, date(2027, 1, 1), "CN-44")
    with refuses(ForProjects, "monitoring period"):
        explain(version, {}, {}, "CN-44", date(2027, 1, 1))


def test_a_rule_of_projects_that_awaits_figures_computes_nothing():
    (version,) = load_rulebook().versions_of("gd.forestry_project")
    survey = Survey(
        "CN-44",
        date(2025, 1, 1),
        date(2026, 1, 1),
        {"strata": ["A"]},
        quantities={
            "volume_start": {("A",): Decimal(1)},
            "volume_end": {("A",): Decimal(2)},
            "leakage": {(): Decimal(0)},
        },
        labels={"species": {("A",): "conifer"}},
        fixed={"baseline": FixedFigure({(): Decimal(0)}, "none", "assumption")},
    )
    with refuses(MethodologyIncomplete, "wood density"):
        run_survey(version, survey)


def test_students_t_of_the_mangrove_rule_is_that_of_the_distribution():
    (version,) = load_rulebook().versions_of("cdm.mangrove_restoration")
    (table,) = [p for p in version.reckoning.parameters if p.name == "t_value"]
    ranges = table.values[0].number
    assert isinstance(ranges, Ranges)
    firsts = [1, *(int(end) for end, _ in ranges.ends)]
    for freedom, value in zip(firsts, ranges.values, strict=True):
        # The table there is rounded up, this one to the nearest.
        assert 0 <= student(Decimal("0.95"), freedom) - value <= Decimal("0.001")


def test_a_run_pins_its_factors_and_digest():
    run = run_survey(RULE, SURVEY)
    assert isinstance(run, SurveyRun)
    assert run.digest == RULE.digest
    assert run_survey(RULE, SURVEY, factors=run.factors) == run
