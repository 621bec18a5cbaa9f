"""Rounding: where a rule says, to what it says, and which way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from app.messages.catalogues import sentence
from behaviours.actions.quantify import explain
from behaviours.rules.rounding import MG_OF, ResultRounding, StepRounding
from tests.behaviours.builders import a_document, a_version, error_of

ON = date(2025, 1, 1)
ROUNDING = "rounding: {to: mg, mode: down, negative: zero}"


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, places=12))
def test_down_loses_less_than_a_milligram_and_never_adds(kilograms):
    saved_mg = ResultRounding("mg", "down", "zero").mg(kilograms)
    assert 0 <= kilograms * 1_000_000 - saved_mg < 1


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=12),
    st.sampled_from(sorted(MG_OF)),
    st.sampled_from(["half_up", "half_even"]),
)
def test_the_nearest_step_is_at_most_half_a_step_away(kilograms, to, mode):
    saved_mg = ResultRounding(to, mode, "keep").mg(kilograms)
    assert saved_mg % MG_OF[to] == 0
    assert abs(kilograms * 1_000_000 - saved_mg) * 2 <= MG_OF[to]


@pytest.mark.parametrize(
    ("to", "mode", "kilograms", "mg"),
    [
        ("mg", "down", "0.046", 46_000),
        ("mg", "down", "-0.0000015", -2),
        ("g", "half_up", "0.0125", 13_000),
        ("g", "half_even", "0.0125", 12_000),
        ("g", "half_even", "0.0135", 14_000),
        ("kg", "down", "1.999999", 1_000_000),
        ("t", "half_up", "1500", 2_000_000_000),
        ("t", "half_even", "2500", 2_000_000_000),
    ],
)
def test_a_result_is_rounded_as_it_is_written(to, mode, kilograms, mg):
    assert ResultRounding(to, mode, "keep").mg(Decimal(kilograms)) == mg


def test_a_loss_is_credited_as_nothing():
    assert ResultRounding("kg", "down", "zero").credited_mg(Decimal("-3.2")) == 0


@pytest.mark.parametrize(
    ("places", "mode", "value", "rounded"),
    [
        (2, "half_up", "2.345", "2.35"),
        (2, "half_even", "2.345", "2.34"),
        (0, "down", "-1.2", "-2"),
        (0, "up", "1.2", "2"),
        (-2, "half_up", "1250", "1300"),
    ],
)
def test_a_step_is_rounded_to_its_places(places, mode, value, rounded):
    assert StepRounding(places, mode).of(Decimal(value)) == Decimal(rounded)


def test_a_rounded_step_is_what_the_next_one_reads():
    # 7 kg / 3 = 2.333... kg, printed as 2.33; times 2 kgCO2e/kg is 4.66 and not 4.666...
    steps = {"third": ("mass / 3", "kg"), "ER": ("third * EF", "kgCO2e")}
    document = a_document(equations=steps)
    line = next(each for each in document.splitlines() if "name: third" in each)
    stepped = line.replace("grade:", "rounding: {places: '2', mode: half_up}, grade:")
    assert stepped != line
    version = a_version(document.replace(line, stepped), saved_mg="660000")
    working = explain(version, {"mass": "7"}, {}, "CN-44", ON)
    assert [one["value"] for one in working.shown["steps"]] == ["2.33", "4.66"]
    assert working.saved_mg == 4_660_000


def test_a_rule_that_credits_whole_kilograms_says_so():
    document = a_document().replace(
        ROUNDING, ROUNDING.replace("mg, mode: down", "kg, mode: half_up")
    )
    working = explain(a_version(document), {"mass": "0.8"}, {}, "CN-44", ON)
    assert working.saved_mg == 2_000_000
    told = working.shown["rounding"]["rule"]
    assert told == "once, at the end, to the nearest whole kilograms of CO2e, halves up"


@pytest.mark.parametrize("wrong", ["negative: keep", "mode: up", "to: ton"])
def test_a_rounding_that_an_action_cannot_have_is_refused(wrong):
    name = wrong.split(":", maxsplit=1)[0]
    parts = {"to": "to: mg", "mode": "mode: down", "negative": "negative: zero"} | {name: wrong}
    error = error_of(a_document().replace(ROUNDING, f"rounding: {{{', '.join(parts.values())}}}"))
    assert error.facts["field"] == f"rounding.{name}"
    assert "half_up" in sentence(error) or name != "mode"
