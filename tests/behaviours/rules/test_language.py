"""What a rule can say: conditions, graded evidence, gases, limits, earlier days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.messages.catalogues import sentence
from behaviours.actions.judgement import judge_by
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.shipped import load_version
from behaviours.refusal import Refusal
from behaviours.rules.factors import PotentialSet, WarmingPotential, shipped_factors
from behaviours.rules.methodology import MethodologyIncomplete
from tests.behaviours.builders import (
    EXAMPLES,
    TODAY,
    a_document,
    a_version,
    an_action,
    error_of,
    refusal_of,
    saved_mg,
    worked,
)
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

ON = date(2025, 1, 1)


# Conditions


CONDITION = (
    'eligibility:\n  - {{name: small, if: "{}", meaning: At most five kilograms., '
    "source: book, grade: official}}\n"
)


def test_a_action_that_does_not_meet_a_condition_is_refused_with_its_meaning():
    document = a_document(
        parameters={"EF": ("2", "kgCO2e/kg"), "most": ("5", "kg")},
        extra=CONDITION.format("mass <= most"),
    )
    version = a_version(document)
    assert worked(version, {"mass": "5"}) == 10
    refusal = refusal_of(version, {"mass": "5.000001"})
    assert (refusal.code, refusal.pointer) == ("NOT_ELIGIBLE", "/quantities/mass")
    assert "At most five kilograms." in sentence(refusal)
    assert refusal.facts.items() >= {"condition": "small", "if": "mass <= most"}.items()
    shown = explain(version, {"mass": "1"}, {}, "CN-44", ON).shown["conditions"]
    assert [(one["name"], one["met"]) for one in shown] == [("small", True)]
    action = an_action("x", quantities={"mass": "6"}, evidence={"thing_id": "t"})
    (answer,) = quantify([judge_by(version, action, ON, today=TODAY, zone=CHINA)])
    assert isinstance(answer, Refusal)
    assert answer.code == "NOT_ELIGIBLE"


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("mass <= EF", "cannot compare kg and kgCO2e/kg"),
        ("mass", "expected a condition, not a quantity"),
        ("ER > 0", "nothing is called 'ER'"),
    ],
)
def test_a_condition_that_means_nothing_is_refused_at_its_line(condition, problem):
    document = a_document(extra=CONDITION.format(condition))
    error = error_of(document)
    assert error.facts["field"] == "eligibility[0].if"
    assert problem in sentence(error)
    assert condition in document.splitlines()[error.facts["line"] - 1]


def test_a_project_lives_for_its_years_and_its_factor_decays():
    document = a_document(
        "mass * EF * improvement ^ years_between(started_on, on)",
        parameters={"EF": ("2", "kgCO2e/kg"), "improvement": ("0.99", "1")},
        evidence="  started_on: {meaning: First day of the project., type: date}",
        extra=CONDITION.format("years_between(started_on, on) < 25"),
    )
    version = a_version(document, evidence=", started_on: 2025-01-01")

    def on(day: date) -> Decimal:
        working = explain(version, {"mass": "1"}, {"started_on": "2025-01-01"}, "CN-44", day)
        return Decimal(working.shown["rounding"]["exact_kg"])

    assert on(ON) == 2
    assert on(date(2026, 12, 31)) == Decimal("1.98")
    assert on(date(2027, 1, 1)) == Decimal("1.9602")
    assert on(date(2049, 12, 31)) > 0
    with refuses(Refusal, match="does not take this action"):
        on(date(2050, 1, 1))


# Graded evidence


GRADES = """evidence_grades:
  evidence: proof
  source: book
  grade: press
  factors: {screenshot: "1", check_in: "0.5"}
"""


def graded(equation: str = "trips * EF * evidence_factor[proof]") -> str:
    return a_document(
        equation,
        quantities={"trips": "trip"},
        parameters={"EF": ("0.105", "kgCO2e/trip")},
        evidence="  proof: {meaning: What proves the ride., pattern: screenshot|check_in}",
        extra=GRADES,
    )


def test_weaker_evidence_earns_its_part_as_hubei_prints_it():
    version = a_version(
        graded(), example={"trips": "1"}, saved_mg="105000", evidence=", proof: screenshot"
    )
    by_screenshot = saved_mg(version, {"trips": "1"}, {"proof": "screenshot"})
    by_check_in = saved_mg(version, {"trips": "1"}, {"proof": "check_in"})
    # Printed are 105 and 52 points, a point a gram: half, in whole grams, down.
    assert (by_screenshot // 1000, by_check_in // 1000) == (105, 52)
    assert version.stated.evidence_grades == "proof"
    bad = refusal_of(version, {"trips": "1"}, proof="hearsay")
    assert (bad.code, bad.pointer) == ("INVALID_EVIDENCE", "/evidence/proof")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('check_in: "0.5"', 'check_in: "1.5"', "lies from 0 to 1"),
        ("pattern: screenshot|check_in", "pattern: screenshot", "does not tell these grades apart"),
        (" * evidence_factor[proof]", "", "no equation reads evidence_factor"),
    ],
)
def test_grades_that_cannot_be_told_apart_or_are_not_used_are_refused(old, new, problem):
    document = graded()
    assert old in document
    assert problem in sentence(error_of(document.replace(old, new)))


# Gases


GASES = "gases: {counted: [CO2, CH4], gwp_set: AR5}\n"


def test_a_rule_that_counts_another_gas_names_a_set_and_waits_for_its_value():
    unread = GASES.replace("AR5", "T_ACEF_161_2024")
    document = a_document("gas * GWP_CH4", quantities={"gas": "kgCH4"}, parameters={}, extra=unread)
    examples = EXAMPLES.format(quantities='gas: "1"', evidence="", saved_mg="7000000").replace(
        "origin: computed", 'origin: synthetic\n    parameters: {GWP_CH4: "7"}'
    )
    version = load_version(document, examples, "test/methodology.yaml")
    assert (version.stated.gases, version.stated.potential_set) == (
        ("CO2", "CH4"),
        "T_ACEF_161_2024",
    )
    assert [one.name for one in version.awaiting] == ["GWP_CH4"]
    with refuses(MethodologyIncomplete, match="the value of CH4 in the set T_ACEF_161_2024"):
        explain(version, {"gas": "1"}, {}, "CN-44", ON)


def test_a_kilogram_of_methane_weighs_what_the_named_report_says():
    document = a_document("gas * GWP_CH4", quantities={"gas": "gCH4"}, parameters={}, extra=GASES)
    for report, mg in (("SAR", 21_000), ("AR4", 25_000), ("AR5", 28_000), ("AR6", 27_900)):
        examples = EXAMPLES.format(quantities='gas: "1"', evidence="", saved_mg=str(mg))
        version = load_version(document.replace("AR5", report), examples, "test/methodology.yaml")
        working = explain(version, {"gas": "1000"}, {}, "CN-44", ON)
        assert (working.saved_mg, working.shown["provenance"]) == (1000 * mg, "secondary")


def test_a_set_that_has_the_value_brings_it_with_its_source():
    known = PotentialSet("AR5", "A set", {"CH4": WarmingPotential("CH4", Decimal(7), "p", "press")},
                         "page 1")  # fmt: skip
    book = replace(shipped_factors(), potential_sets={"AR5": known})
    document = a_document("gas * GWP_CH4", quantities={"gas": "gCH4"}, parameters={}, extra=GASES)
    examples = EXAMPLES.format(quantities='gas: "1000"', evidence="", saved_mg="7000000")
    version = load_version(document, examples, "test/methodology.yaml", book)
    working = explain(version, {"gas": "1"}, {}, "CN-44", ON)
    assert working.saved_mg == 7000
    assert working.shown["provenance"] == "press"
    assert working.shown["parameters"][0]["source"]["title"] == "A set"


def test_gases_are_not_mixed_and_not_counted_without_being_weighed():
    document = a_document("mass * EF", extra=GASES)
    assert "no equation reads GWP_CH4" in sentence(error_of(document))
    wrong = document.replace("AR5", "AR9")
    assert "'AR9' is not known here" in sentence(error_of(wrong))
    mixed = a_document("a * GWP_CH4 + a * EF", quantities={"a": "kgCH4"}, extra=GASES)
    assert "cannot add" in sentence(error_of(mixed))


# Limits, days before, units


def test_an_event_has_a_floor_and_a_ceiling_and_a_careful_discount():
    document = a_document(
        {"gross": ("mass * EF", "kgCO2e"),
         "ER": ("clamp(gross * careful, least, most)", "kgCO2e")},
        parameters={"EF": ("2", "kgCO2e/kg"), "careful": ("0.75", "1"), "least": ("0.08", "kgCO2e"),
                    "most": ("296", "gCO2e")},
    )  # fmt: skip
    version = a_version(document, saved_mg="296000")
    assert worked(version, {"mass": "0.01"}) == Decimal("0.08")
    assert worked(version, {"mass": "0.1"}) == Decimal("0.15")
    assert worked(version, {"mass": "100"}) == Decimal("0.296")


def test_a_yearly_cap_counts_what_the_days_of_the_year_have_used():
    document = a_document(
        "max(0, min(mass, cap - total_this_year(mass))) * EF",
        parameters={"EF": ("2", "kgCO2e/kg"), "cap": ("10", "kg")},
        extra="history_subject: thing_id",
    )
    version = a_version(document)
    assert version.reckoning.compiled.history == {"mass": 366}
    before = [(date(2024, 12, 31), Decimal(9)), (ON, Decimal(4)), (date(2025, 1, 2), Decimal(5))]

    def on(day: date) -> int:
        return explain(version, {"mass": "3"}, {}, "CN-44", day, before).saved_mg

    assert on(ON) == 6_000_000
    assert on(date(2025, 1, 3)) == 2_000_000
    assert on(date(2026, 1, 3)) == 6_000_000
    recent = a_document(
        "max(0, mass - total_previous(mass, 2)) * EF", extra="history_subject: thing_id"
    )
    working = explain(a_version(recent), {"mass": "9"}, {}, "CN-44", date(2025, 1, 3), before)
    assert working.saved_mg == 0
    assert [one["on"] for one in working.shown["history"]] == ["2025-01-01", "2025-01-02"]


def test_yesterdays_history_is_counted_once_a_day():
    twice = [(ON - timedelta(days=1), Decimal(4)), (ON - timedelta(days=1), Decimal(6))]
    document = a_document(
        "max(0, mass - total_previous(mass, 1)) * EF", extra="history_subject: thing_id"
    )
    assert explain(a_version(document), {"mass": "7"}, {}, "CN-44", ON, twice).saved_mg == 2_000_000
