"""Quantification: the properties that every rule must have, explanation and recomputation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, getcontext

import pytest
from hypothesis import given, strategies as st

from behaviours.actions.quantify import explain, explain_record, quantify, recompute
from behaviours.actions.reduction import Reduction
from behaviours.actions.shipped import load_rulebook
from behaviours.refusal import Refusal
from behaviours.rules.rulebook import NoRuleInForce, UnknownMethodology
from tests.behaviours.builders import (
    SAMPLES,
    a_document,
    a_version,
    an_accepted_action,
    saved,
)
from tests.builders.refusals import refuses

# The quantity that grows the action, and the quantity's bounds for the properties below.
GROWING: Mapping[str, tuple[str, int]] = {
    "bike_ride": ("distance_km", 100),
    "clothing_recycling": ("mass_kg", 1000),
    "distributed_pv": ("generation_kwh", 100_000),
    "ev_charging": ("energy_kwh", 500),
    "ev_distance": ("distance_km", 50_000),
    "ev_taxi_ride": ("distance_km", 300),
    "green_power_subscription": ("energy_kwh", 100_000),
    "metro_ride": ("trips", 10),
    "parcel_box_return": ("boxes", 10),
    "waste_collection": ("mass_kg", 500),
}


def amount_mg(behaviour: str, name: str, value: Decimal) -> int:
    return saved(an_accepted_action(behaviour, quantities={name: f"{value:f}"})).saved_mg


@st.composite
def two_amounts(draw: st.DrawFn) -> tuple[str, str, Decimal, Decimal]:
    behaviour = draw(st.sampled_from(sorted(GROWING)))
    name, most = GROWING[behaviour]
    places = 0 if behaviour in ("metro_ride", "parcel_box_return") else 6
    least = 1 if places == 0 else Decimal("0.01")
    amounts = st.decimals(least, most // 2, places=places, allow_nan=False)
    return behaviour, name, draw(amounts), draw(amounts)


@given(two_amounts())
def test_more_activity_never_saves_less(case):
    behaviour, name, one, other = case
    less, more = sorted((one, other))
    assert amount_mg(behaviour, name, less) <= amount_mg(behaviour, name, more)


@given(two_amounts())
def test_split_activity_never_saves_more_than_the_whole(case):
    behaviour, name, one, other = case
    parts = amount_mg(behaviour, name, one) + amount_mg(behaviour, name, other)
    whole = amount_mg(behaviour, name, one + other)
    # Each part loses less than a milligram to the rounding.
    assert whole - 1 <= parts <= whole


@given(st.decimals(100, 10_000, places=3, allow_nan=False))
def test_an_appliance_saves_less_the_more_it_uses_and_never_below_zero(annual_kwh):
    used = saved(
        an_accepted_action(
            "efficient_air_conditioner", quantities={"annual_kwh": f"{annual_kwh:f}", "units": "1"}
        )
    )
    thirstier = saved(
        an_accepted_action(
            "efficient_air_conditioner",
            quantities={"annual_kwh": f"{min(annual_kwh + 1, 10_000):f}", "units": "1"},
        )
    )
    assert 0 <= thirstier.saved_mg <= used.saved_mg


DAYS = st.lists(st.decimals(0, 500, places=2, allow_nan=False), min_size=0, max_size=9)


@given(st.decimals("0.01", 500, places=2, allow_nan=False), DAYS)
def test_a_household_never_saves_below_zero_or_more_than_its_baseline(used, week):
    accepted = an_accepted_action(
        "household_electricity", quantities={"consumption_kwh": f"{used:f}"}
    )
    history = [
        (accepted.occurred_on - timedelta(days=back + 1), value) for back, value in enumerate(week)
    ]
    reduction = saved(accepted, history)
    factor = Decimal("0.4419")
    known = [value for on, value in history if on >= accepted.occurred_on - timedelta(days=7)]
    baseline = Decimal(8) if used <= 8 else max(used, *known) if len(known) == 7 else used
    assert 0 <= reduction.saved_mg <= (baseline - used) * factor * 1_000_000
    assert (
        recompute(json.loads(json.dumps(reduction.record())), load_rulebook()) == reduction.saved_mg
    )


def test_a_day_that_is_told_twice_counts_once_and_older_days_not_at_all():
    accepted = an_accepted_action("household_electricity", quantities={"consumption_kwh": "10"})
    on = accepted.occurred_on
    week = [(on - timedelta(days=back), Decimal(12)) for back in range(1, 8)]
    noise = [(on, Decimal(400)), (on - timedelta(days=8), Decimal(400)), week[0]]
    assert saved(accepted, week + noise).saved_mg == saved(accepted, week).saved_mg == 883_800


@pytest.mark.parametrize("behaviour", sorted(SAMPLES))
def test_a_stored_reduction_recomputes_to_the_same_milligrams(behaviour):
    reduction = saved(an_accepted_action(behaviour))
    record = json.loads(json.dumps(reduction.record()))
    assert recompute(record, load_rulebook()) == reduction.saved_mg
    working = explain_record(record, load_rulebook())
    assert working.shown["provenance"] == reduction.provenance
    assert working.shown["steps"][-1]["name"] == "ER"
    json.dumps(working.as_dict())


def test_recomputation_follows_the_stored_factor_and_not_the_newest():
    record = json.loads(json.dumps(saved(an_accepted_action("ev_charging")).record()))
    assert record["factors"] == {"EF_grid": "mee-2025-47/avg_province/CN-44/2023"}
    record["factors"]["EF_grid"] = "mee-2024-33/avg_province/CN-44/2022"
    assert recompute(record, load_rulebook()) == record["saved_mg"] + 32_000


def test_a_record_of_another_document_is_not_recomputed():
    record = dict(saved(an_accepted_action()).record()) | {"digest": "sha256:0"}
    with pytest.raises(UnknownMethodology):
        recompute(record, load_rulebook())


def test_a_working_shows_every_input_figure_step_and_the_rounding():
    version = load_rulebook().version("csae.ev_charging", "2021")
    working = explain(version, {"energy_kwh": "20"}, {}, "CN-44", date(2026, 3, 1))
    assert [step["name"] for step in working.shown["steps"]] == ["distance", "BE", "PE", "ER"]
    by_name = {parameter["name"]: parameter for parameter in working.shown["parameters"]}
    assert by_name["EF_grid"]["notice"].startswith("公告2025年第47号")
    assert by_name["EF_grid"]["data_year"] == 2023
    assert by_name["EF_car"]["provenance"] == "assumption"
    assert by_name["EF_car"]["source"]["title"]
    assert working.shown["steps"][2] == {
        "name": "PE",
        "equation": "energy_kwh * EF_grid",
        "value": "8.838",
        "unit": "kgCO2e",
        "meaning": "Emissions of the charged electricity",
        "source": {
            "code": "csae235",
            "title": "Press on T/CSAE 235-2021",
            "url": "http://m.fpigeon.com/car/2021/12/20/46312.html",
        },
        "provenance": "secondary",
    }
    exact = Decimal(working.shown["rounding"]["exact_kg"])
    assert working.saved_mg == int(exact * 1_000_000)


def test_a_rule_does_not_explain_days_before_it_was_in_force():
    version = load_rulebook().version("bj.low_carbon_travel", "2024")
    with pytest.raises(NoRuleInForce):
        explain(version, {"trips": "1"}, {}, "CN-11", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("quantities", "region", "pointer"),
    [
        ({"energy_kwh": "1e3"}, "CN-44", "/quantities/energy_kwh"),
        ({}, "CN-44", "/quantities/energy_kwh"),
        ({"energy_kwh": "1", "trips": "1"}, "CN-44", "/quantities/trips"),
        ({"energy_kwh": "1"}, "CN-00", "/region"),
        ({"energy_kwh": "1"}, "CN-54", "/region"),
    ],
)
def test_a_calculator_refuses_what_a_action_would(quantities, region, pointer):
    version = load_rulebook().version("csae.ev_charging", "2021")
    with pytest.raises(Refusal) as caught:
        explain(version, quantities, {}, region, date(2026, 3, 1))
    assert caught.value.pointer == pointer


def test_order_is_kept_and_one_refusal_does_not_spoil_the_rest():
    actions = [
        an_accepted_action("metro_ride"),
        an_accepted_action("household_electricity"),
        an_accepted_action("clean_plate"),
    ]
    answers = quantify(actions)
    assert [answer.inputs["quantities"] for answer in answers if isinstance(answer, Reduction)] == [
        {"trips": "1"}, {"consumption_kwh": "6"}, {"meals": "1"},
    ]  # fmt: skip


def test_a_rule_that_refuses_negative_results_says_so():
    version = a_version(
        a_document("EF * mass - 5 * one",
                   parameters={"EF": ("6", "kgCO2e/kg"), "one": ("1", "kgCO2e")},
                   negative="refuse"),
        saved_mg="1000000",
    )  # fmt: skip
    with refuses(Refusal, match="emits more than it saves"):
        explain(version, {"mass": "0.5"}, {}, "CN-44", date(2025, 1, 1))


def test_the_worst_grade_of_figures_factors_and_equations_is_the_provenance():
    assert saved(an_accepted_action("metro_ride")).provenance == "press"
    assert saved(an_accepted_action("household_electricity")).provenance == "press"
    assert saved(an_accepted_action("distributed_pv")).provenance == "assumption"
    document = a_document()
    for grade in ("official", "secondary", "press", "assumption"):
        graded = document.replace("grade: official", f"grade: {grade}", 1)
        version = a_version(graded)
        working = explain(version, {"mass": "1"}, {}, "CN-44", date(2025, 1, 1))
        assert working.shown["provenance"] == grade


def test_a_dated_figure_holds_from_its_day():
    document = a_document().replace(
        '      - {value: "2", source: book, grade: official}',
        '      - {value: "2", source: book, grade: official}\n'
        '      - {from: 2025-07-01, value: "3", source: book, grade: press}',
    )
    version = a_version(document)
    results = [
        explain(version, {"mass": "1"}, {}, "CN-44", day)
        for day in (date(2025, 6, 30), date(2025, 7, 1))
    ]
    assert [(r.saved_mg, r.shown["provenance"]) for r in results] == [
        (2_000_000, "official"), (3_000_000, "press"),
    ]  # fmt: skip


def test_quantifying_leaves_the_callers_arithmetic_alone():
    before = getcontext().copy()
    saved(an_accepted_action("ev_charging"))
    after = getcontext()
    assert (after.prec, after.rounding, after.traps) == (before.prec, before.rounding, before.traps)
