"""What is sent of an action: by key, or else a default; and the units that it is sent in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from app.messages.catalogues import in_words, sentence
from behaviours.actions.judgement import judge_by
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.reduction import Reduction
from behaviours.rules.methodology import Version
from tests.behaviours.builders import (
    TODAY,
    a_document,
    a_version,
    an_action,
    error_of,
    refusal_of,
    worked,
)
from tests.builders.civil import CHINA

ON = date(2025, 1, 1)

MATERIALS = "keys:\n  materials: [cotton, wool]\n  routes: [worn, fibre]\n"

BY_MATERIAL = {"mass": "kg, by: [materials]"}


def by_key(equation: str = "sum(k in materials: mass[k]) * EF") -> Version:
    return a_version(
        a_document(equation, quantities=BY_MATERIAL, extra=MATERIALS),
        example={"mass.cotton": "1"},
    )


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
