"""What a rule can say: sums by key, fallbacks, conditions, graded evidence, gases, windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from app.messages.catalogues import in_words, sentence
from behaviours.actions.judgement import judge_by
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.shipped import load_version
from behaviours.civil_time import civil_day
from behaviours.document import DocumentError
from behaviours.refusal import Refusal
from behaviours.rules.factors import PotentialSet, WarmingPotential, shipped_factors
from behaviours.rules.methodology import MethodologyIncomplete, Version
from tests.behaviours.builders import EXAMPLES, NOW, TODAY, a_document, a_version, an_action, worked
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

ON = date(2025, 1, 1)
MATERIALS = "keys:\n  materials: [cotton, wool]\n  routes: [worn, fibre]\n"
BY_MATERIAL = {"mass": "kg, by: [materials]"}


def by_key(equation: str = "sum(k in materials: mass[k]) * EF") -> Version:
    return a_version(
        a_document(equation, quantities=BY_MATERIAL, extra=MATERIALS),
        example={"mass.cotton": "1"},
    )


def saved_mg(version: Version, quantities: dict[str, str], evidence: dict[str, str]) -> int:
    return explain(version, quantities, evidence, "CN-44", ON).saved_mg


def refusal_of(version: Version, quantities: dict[str, str], **evidence: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        explain(version, quantities, evidence, "CN-44", ON)
    return caught.value


def error_of(document: str) -> DocumentError:
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="1")
    with pytest.raises(DocumentError) as caught:
        load_version(document, examples, "test/methodology.yaml")
    return caught.value


# Quantities that are sent by key


def test_a_quantity_by_key_is_sent_once_per_key_and_summed():
    version = by_key()
    assert list(version.told.quantities) == ["mass.cotton", "mass.wool"]
    assert worked(version, {"mass.cotton": "2", "mass.wool": "0.5"}) == 5


def test_keys_that_are_left_out_count_as_nought_and_one_has_to_be_sent():
    version = by_key("(2 * mass['wool'] + total(mass)) * EF")
    assert worked(version, {"mass.wool": "1"}) == 6
    refusal = refusal_of(version, {})
    assert (refusal.code, refusal.pointer) == ("INVALID_QUANTITY", "/quantities/mass.cotton")
    unknown = refusal_of(version, {"mass.silk": "1"})
    assert unknown.pointer == "/quantities/mass.silk"
    assert "mass.cotton, mass.wool" in sentence(unknown)


def test_a_action_by_key_is_recomputed_from_what_was_sent():
    version = by_key()
    action = an_action("x", quantities={"mass.wool": "3"}, evidence={"thing_id": "t"})
    (reduction,) = quantify([judge_by(version, action, ON, today=TODAY, zone=CHINA)])
    assert isinstance(reduction, Reduction)
    assert reduction.inputs["quantities"] == {"mass.wool": "3"}
    again = explain(version, reduction.inputs["quantities"], {}, "CN-44", ON)
    assert again.saved_mg == reduction.saved_mg == 6_000_000
    assert [one["name"] for one in again.shown["inputs"]][:1] == ["mass.wool"]


def test_a_quantity_may_have_several_keys_and_a_table_too():
    rows = "\n".join(
        f'          - {{key: [{m}, {r}], value: "{v}"}}'
        for m, r, v in (
            ("cotton", "worn", 4), ("cotton", "fibre", 1), ("wool", "worn", 9), ("wool", "fibre", 2)
        )
    )  # fmt: skip
    table = "  EF:\n    unit: kgCO2e/kg\n    meaning: m\n    by: [materials, routes]\n    values:\n"
    table += f"      - rows:\n{rows}\n        source: book\n        grade: official\n"
    document = a_document(
        "sum(m in materials: sum(r in routes: mass[m, r] * EF[m, r]))",
        quantities={"mass": "kg, by: [materials, routes]"},
        parameters={},
        extra=MATERIALS,
    ).replace("parameters:\n  {}\n", f"parameters:\n{table}")
    version = a_version(document, example={"mass.wool.fibre": "1"})
    assert worked(version, {"mass.cotton.worn": "2", "mass.wool.fibre": "3"}) == 14


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=2))
def test_the_order_in_which_keys_are_sent_never_changes_the_result(masses):
    version = by_key()
    sent = {"mass.cotton": str(masses[0]), "mass.wool": str(masses[1])}
    assert worked(version, sent) == worked(version, dict(reversed(sent.items()))) == 2 * sum(masses)


@pytest.mark.parametrize(
    ("equation", "problem"),
    [
        ("mass * EF", "mass is sent by key: write mass[key] or total(mass)"),
        ("mass['silk'] * EF", "mass has no row 'silk'"),
        ("mass['wool', 'worn'] * EF", "mass has 1 keys, 2 are given"),
        ("total(EF)", "write total(quantity)"),
        ("given(mass, 0) * EF", "write given(quantity, otherwise)"),
        ("total(mass) * EFs", "nothing is called 'EFs'; did you mean EF?"),
    ],
)
def test_an_error_about_keys_names_the_equation_and_what_to_write(equation, problem):
    document = a_document(equation, quantities=BY_MATERIAL, extra=MATERIALS)
    error = error_of(document)
    assert error.facts["field"] == "equations[0].is"
    assert problem in sentence(error)
    assert "equation ER" in in_words(error.facts["problem"])
    line = document.splitlines()[error.facts["line"] - 1]
    assert equation in line


def test_more_keys_than_anyone_sends_are_refused_at_once():
    sets = "".join(f"  k{i}: [{', '.join(f'a{n}' for n in range(2000))}]\n" for i in range(3))
    quantities = {"mass": "kg, by: [k0, k1, k2]"}
    document = a_document("total(mass) * EF", quantities=quantities, extra=f"keys:\n{sets}")
    assert "too many keys" in sentence(error_of(document))


def test_a_quantity_by_unknown_keys_or_with_a_least_is_refused():
    document = a_document("total(mass) * EF", quantities=BY_MATERIAL, extra=MATERIALS)
    assert "no keys are called" in sentence(
        error_of(document.replace("by: [materials]", "by: [x]"))
    )
    least = error_of(document.replace('least: "0"', 'least: "1"'))
    assert "counts as nought" in sentence(least)


# Measured, or else the cautious default


def test_what_was_not_measured_takes_the_rules_default():
    version = a_version(
        a_document(
            {"ER": ("given(used, usual) * EF", "kgCO2e")},
            quantities={"used": "MWh, optional: true"},
            parameters={"EF": ("2", "kgCO2e/kWh"), "usual": ("3", "kWh")},
        ),
        example={"used": "0.001"},
    )
    assert worked(version, {"used": "0.01"}) == 20
    assert worked(version, {}) == 6
    shown = explain(version, {}, {}, "CN-44", ON).shown["inputs"]
    assert "used" not in [one["name"] for one in shown]


def test_what_may_be_left_out_cannot_be_read_as_if_it_were_there():
    document = a_document("mass * EF", quantities={"mass": "kg, optional: true"})
    assert "write given(mass, otherwise)" in sentence(error_of(document))
    flag = a_document(
        "if(is_given(mass), given(mass, 0), 0) * EF", quantities={"mass": "kg, optional: true"}
    )
    assert worked(a_version(flag), {"mass": "2"}) == 4
    assert worked(a_version(flag), {}) == 0


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
    document = a_document("gas * GWP_CH4", quantities={"gas": "kgCH4"}, parameters={}, extra=GASES)
    examples = EXAMPLES.format(quantities='gas: "1"', evidence="", saved_mg="7000000").replace(
        "origin: computed", 'origin: synthetic\n    parameters: {GWP_CH4: "7"}'
    )
    version = load_version(document, examples, "test/methodology.yaml")
    assert (version.stated.gases, version.stated.potential_set) == (("CO2", "CH4"), "AR5")
    assert [one.name for one in version.awaiting] == ["GWP_CH4"]
    with refuses(MethodologyIncomplete, match="the value of CH4 in the set AR5"):
        explain(version, {"gas": "1"}, {}, "CN-44", ON)


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


# Windows, owners, subjects, claims


def an_action_by(version: Version, *, days_later: int = 0, provider: str = "prv", **evidence: str):
    action = replace(
        an_action("x", quantities={"mass": "1"}, evidence={"thing_id": "t", **evidence}),
        provider_id=provider,
    )
    now = NOW.replace(year=2025, month=1, day=1 + days_later)
    return judge_by(version, action, ON, today=civil_day(now, CHINA), zone=CHINA)


def test_a_claim_opens_after_two_days_and_closes_after_seven():
    version = a_version_with('claim_window: {opens_days: "2", closes_days: "7"}', later="03")
    codes = {}
    for days in (0, 1, 2, 7, 8):
        try:
            an_action_by(version, days_later=days)
        except Refusal as refusal:
            codes[days] = refusal.code
    assert codes == dict.fromkeys((0, 1), "CLAIM_WINDOW_NOT_OPEN") | {8: "CLAIM_WINDOW_CLOSED"}


def a_version_with(extra: str, *, evidence: str = "", later: str = "01") -> Version:
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000").replace(
        "occurred_on: 2025-01-01", f"occurred_on: 2025-01-01\n    recorded_on: 2025-01-{later}"
    )
    if "entrusted" in extra or "owner: user, delegation: none" in extra:
        examples = examples.replace("origin: ", "reported_by: person\n    origin: ")
    document = a_document(extra=extra, evidence=evidence)
    return load_version(document, examples, "test/methodology.yaml")


def test_a_window_that_contradicts_itself_is_refused():
    window = 'claim_window: {opens_days: "8", closes_days: "7"}'
    assert "closes before it opens" in sentence(error_of(a_document(extra=window)))
    twice = 'claim_window_days: "7"\nclaim_window: {closes_days: "7"}'
    assert "stated twice" in sentence(error_of(a_document(extra=twice)))


SELF_REPORTED = (
    'reporting: {by: [provider, participant], evidence: [thing_id], evidence_factor: "1", '
    'confirmation: none, per_day: "3", source: book, grade: official}'
)
AUTHORISATION = "  authorisation_no: {meaning: Number of the authorisation., optional: true}"


def test_a_provider_that_claims_for_a_person_names_the_authorisation():
    version = a_version_with(
        "ownership: {owner: user, delegation: entrusted, evidence: authorisation_no}\n"
        + SELF_REPORTED,
        evidence=AUTHORISATION,
    )
    assert an_action_by(version, authorisation_no="A-1").evidence["authorisation_no"] == "A-1"
    assert an_action_by(version, provider="").action.provider_id == ""
    with pytest.raises(Refusal) as caught:
        an_action_by(version)
    assert caught.value.key == "CLAIM_NOT_DELEGATED.without_proof"
    assert caught.value.pointer == "/evidence/authorisation_no"


@pytest.mark.parametrize(("owner", "refused_provider"), [("user", "prv"), ("operator", "")])
def test_a_claim_that_is_not_delegated_is_its_owners_alone(owner, refused_provider):
    version = a_version_with(f"ownership: {{owner: {owner}, delegation: none}}\n{SELF_REPORTED}")
    an_action_by(version, provider="" if refused_provider else "prv")
    with pytest.raises(Refusal) as caught:
        an_action_by(version, provider=refused_provider)
    assert caught.value.code == "CLAIM_NOT_DELEGATED"


def test_what_may_be_left_out_can_neither_be_calculated_with_nor_make_a_claim():
    optional = a_document(evidence=AUTHORISATION).replace(
        "evidence: [thing_id]", "evidence: [authorisation_no]"
    )
    assert "may be left out" in sentence(error_of(optional))
    read = a_document("if(authorisation_no = 'x', mass, 0) * EF", evidence=AUTHORISATION)
    assert "nothing is called 'authorisation_no'" in sentence(error_of(read))


def test_a_claim_may_be_of_a_person_and_of_a_year():
    def claim(text: str, participant: str = "par_1", on: date = ON) -> str:
        document = a_document().replace("{kind: thing, evidence: [thing_id]}", text)
        action = an_action(
            "x", quantities={"mass": "1"}, evidence={"thing_id": "t"}, participant_id=participant
        )
        return judge_by(a_version(document), action, on, today=TODAY, zone=CHINA).claims[0].value

    daily = "{kind: meal, evidence: [], person: true, per: day}"
    assert claim(daily) == claim(daily)
    assert claim(daily) != claim(daily, participant="par_2")
    assert claim(daily) != claim(daily, on=date(2025, 1, 2))
    yearly = "{kind: plot, evidence: [thing_id], per: year}"
    assert claim(yearly) == claim(yearly, on=date(2025, 12, 31))
    assert claim(yearly) != claim(yearly, on=date(2026, 1, 1))
    nothing = a_document().replace("{kind: thing, evidence: [thing_id]}", "{kind: x, evidence: []}")
    assert "the same for every action" in sentence(error_of(nothing))


@pytest.mark.parametrize("subject", ["person", "household", "small_firm"])
def test_a_rule_says_whose_actions_it_takes_and_what_names_them(subject):
    document = a_document(extra="subject_evidence: thing_id").replace(
        "subject: person", f"subject: {subject}"
    )
    version = a_version(document)
    assert (version.stated.subject, version.trust.subject_evidence) == (subject, "thing_id")
    assert "no such evidence" in sentence(
        error_of(document.replace(": thing_id\n", ": other\n", 1))
    )


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


@pytest.mark.parametrize(
    ("sent", "unit", "per", "figures"),
    [
        ("1", "万kWh", "kgCO2e/kWh", "10000"),
        ("1", "MWh", "tCO2e/kWh", "1000000"),
        ("15", "mu", "kgCO2e/ha", "1"),
        ("1", "ha", "kgCO2e/mu", "15"),
        ("2", "t", "kgCO2e/kg", "2000"),
        ("3", "g", "kgCO2e/kg", "0.003"),
    ],
)
def test_units_are_converted_exactly_between_what_is_sent_and_the_figure(sent, unit, per, figures):
    document = a_document("x * EF", quantities={"x": unit}, parameters={"EF": ("1", per)})
    expected = str(int(Decimal(figures) * 1_000_000))
    version = a_version(document, example={"x": sent}, saved_mg=expected)
    assert worked(version, {"x": sent}) == Decimal(figures)


def test_litres_become_kilograms_by_a_stated_density_and_by_nothing_else():
    quantities, factor = {"fuel": "L"}, {"EF": ("3", "kgCO2e/kg")}
    without = a_document("fuel * EF", quantities=quantities, parameters=factor)
    assert "does not fit its declared unit" in sentence(error_of(without))
    stated = a_document(
        "fuel * density * EF",
        quantities=quantities,
        parameters={**factor, "density": ("0.75", "kg/L")},
    )
    version = a_version(stated, example={"fuel": "1"}, saved_mg="2250000")
    assert worked(version, {"fuel": "10"}) == Decimal("22.5")


def test_kilometres_person_kilometres_and_trips_are_three_things():
    for unit in ("km", "trip"):
        document = a_document(
            "x * EF", quantities={"x": unit}, parameters={"EF": ("1", "kgCO2e/pkm")}
        )
        assert "does not fit" in sentence(error_of(document))
    shared = a_document(
        "x * people * EF",
        quantities={"x": "km", "people": "person"},
        parameters={"EF": ("1", "kgCO2e/pkm")},
    )
    version = a_version(shared, example={"x": "2", "people": "3"}, saved_mg="6000000")
    assert worked(version, {"x": "5", "people": "2"}) == 10


def test_yesterdays_history_is_counted_once_a_day():
    twice = [(ON - timedelta(days=1), Decimal(4)), (ON - timedelta(days=1), Decimal(6))]
    document = a_document(
        "max(0, mass - total_previous(mass, 1)) * EF", extra="history_subject: thing_id"
    )
    assert explain(a_version(document), {"mass": "7"}, {}, "CN-44", ON, twice).saved_mg == 2_000_000
