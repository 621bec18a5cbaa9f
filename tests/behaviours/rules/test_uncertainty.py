"""Uncertainties of figures, carried to the result; all numbers are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from behaviours.actions.exported import export_calculation
from behaviours.actions.judgement import judge_by
from behaviours.actions.quantify import Working, explain, quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.verification import verify_calculation
from behaviours.rules.factors import shipped_factors
from behaviours.rules.formula_functions import Occasion
from behaviours.rules.methodology import Version
from behaviours.rules.propagation import Case
from behaviours.rules.rulebook import Rulebook
from behaviours.rules.uncertainty import Uncertainty
from tests.behaviours.builders import a_document, a_version, an_action, error_of
from tests.builders.civil import CHINA

ON = date(2026, 12, 20)
FIVE = 'half_width: "0.05", confidence: "95"'
TEN = 'half_width: "0.1", confidence: "95"'


def stating(equation: str, figures: Mapping[str, tuple[str, str, str]], extra: str = "") -> str:
    """A document of figures as (value, unit, what is stated of its uncertainty or nothing)."""
    document = a_document(
        equation,
        parameters={n: (value, unit) for n, (value, unit, _) in figures.items()},
        extra=extra,
    )
    for name, (value, _, stated) in figures.items():
        if stated:
            head, tail = document.split(f"  {name}:\n", 1)
            known = f'value: "{value}"'
            tail = tail.replace(known, f"{known}, uncertainty: {{{stated}}}", 1)
            document = f"{head}  {name}:\n{tail}"
    return document


def worked(document: str, saved_mg: str = "6000000", mass: str = "1") -> Working:
    version = a_version(document, example={"mass": "1"}, saved_mg=saved_mg)
    return explain(version, {"mass": mass}, {}, "CN-44", ON)


EF, SHARE = ("2", "kgCO2e/kg"), ("3", "1")


def test_a_product_adds_relative_half_widths_by_their_squares():
    # IPCC 2006, equation 3.1: the root of 0.05² + 0.1² is 0.111803398…; of 6 kg 0.670820393 kg.
    told = worked(stating("mass * EF * share", {"EF": (*EF, FIVE), "share": (*SHARE, TEN)}))
    spread = told.shown["uncertainty"]
    assert told.saved_mg == 6_000_000
    assert (spread["half_width_kg"], spread["relative"]) == ("0.670820393", "0.111803399")
    assert spread["confidence"] == "95"
    assert [(f["name"], f["half_width"], f["unit"], f["moves_kg"]) for f in spread["figures"]] == [
        ("EF", "0.1", "kgCO2e/kg", "0.3"),
        ("share", "0.3", "1", "0.6"),
    ]
    assert spread["unstated"] == []


def test_a_quotient_has_that_of_the_product():
    # 2 / 3 of a kilogram with the same relative half-width.
    told = worked(
        stating("mass * EF / share", {"EF": (*EF, FIVE), "share": (*SHARE, TEN)}), "666666"
    )
    assert told.shown["uncertainty"]["relative"] == "0.111803399"


def test_a_sum_adds_half_widths_by_their_squares():
    # IPCC 2006, equation 3.2: 2 ± 0.1 and 3 ± 0.3 are 5 ± the root of 0.01 + 0.09.
    figures = {"EF": (*EF, FIVE), "other": ("3", "kgCO2e/kg", TEN)}
    told = worked(stating("mass * (EF + other)", figures), "5000000")
    assert told.shown["uncertainty"]["half_width_kg"] == "0.316227766"
    assert told.shown["uncertainty"]["relative"] == "0.0632455532"


def test_a_difference_may_be_known_badly():
    # 3 ± 0.3 less 2 ± 0.1: a third of what is left, although each is known to a tenth.
    figures = {"EF": (*EF, FIVE), "other": ("3", "kgCO2e/kg", TEN)}
    told = worked(stating("mass * (other - EF)", figures), "1000000")
    assert told.shown["uncertainty"]["relative"] == "0.316227766"


def test_a_figure_that_stands_twice_is_moved_in_both_places():
    # 3·EF − EF is 2·EF: ± 5 % of it. As two figures it would be the root of 0.3² + 0.1².
    told = worked(
        stating("mass * (EF * three - EF)", {"EF": (*EF, FIVE), "three": (*SHARE, "")}), "4000000"
    )
    spread = told.shown["uncertainty"]
    assert (spread["half_width_kg"], spread["relative"]) == ("0.2", "0.05")
    # What states nothing counts as exact, and is named.
    assert spread["unstated"] == ["three"]
    # And where it takes itself away nothing is left of it.
    rest = {"one": ("1", "1", ""), "rest": ("1", "kgCO2e/kg", TEN)}
    document = stating("mass * (EF * one - EF + rest)", {"EF": (*EF, FIVE), **rest})
    none = worked(document, "1000000")
    assert none.shown["uncertainty"]["half_width_kg"] == "0.1"
    assert [f["name"] for f in none.shown["uncertainty"]["figures"]] == ["rest"]


def test_a_power_multiplies_the_relative_half_width():
    # share²: twice 5 %, by the slope 2·3·0.15 = 0.9 of 9.
    told = worked(
        stating("mass * EF * share ^ 2", {"EF": (*EF, ""), "share": (*SHARE, FIVE)}), "18000000"
    )
    assert told.shown["uncertainty"]["relative"] == "0.1"


@pytest.mark.parametrize(
    ("stated", "half_width"),
    [
        ('half_width: "0.05", confidence: "95"', "0.1"),
        # 0.1 at 90 % is 0.1 × 1.960 / 1.645 at 95 %; at 68 % one standard deviation.
        ('half_width: "0.05", confidence: "90"', "0.119148936"),
        ('half_width: "0.05", confidence: "68"', "0.196"),
        ('lower: "1.9", upper: "2.1", confidence: "95"', "0.1"),
        # Not in the middle: the longer side.
        ('lower: "1.9", upper: "2.4", confidence: "95"', "0.4"),
        ('lower: "2", upper: "2.4", confidence: "95"', "0.4"),
    ],
)
def test_what_is_stated_is_brought_to_95_per_cent(stated: str, half_width: str) -> None:
    told = worked(stating("mass * EF", {"EF": (*EF, stated)}), "2000000")
    (figure,) = told.shown["uncertainty"]["figures"]
    assert figure["half_width"] == figure["moves_kg"] == half_width
    assert told.saved_mg == 2_000_000


def test_rows_of_a_table_are_figures_of_their_own():
    document = a_document(
        "sum(k in stuffs: mass[k] * EF[k])", parameters={}, extra="keys: {stuffs: [a, b, c]}"
    )
    document = document.replace('unit: kg, least: "0"', 'unit: kg, by: [stuffs], least: "0"')
    rows = ", ".join(f'{{key: [{key}], value: "{n}"}}' for key, n in (("a", 1), ("b", 2), ("c", 9)))
    table = (
        "  EF:\n    unit: kgCO2e/kg\n    meaning: m\n    by: [stuffs]\n    values:\n"
        f"      - {{rows: [{rows}], source: book, grade: official, uncertainty: {{{TEN}}}}}\n"
    )
    document = document.replace("parameters:\n  {}\n", f"parameters:\n{table}")
    version = a_version(document, example={"mass.a": "3", "mass.b": "2"}, saved_mg="7000000")
    spread = explain(version, {"mass.a": "3", "mass.b": "2"}, {}, "CN-44", ON).shown["uncertainty"]
    # 3 ± 0.3 and 4 ± 0.4: together 0.5. The row that nothing was weighed by moves nothing.
    assert spread["half_width_kg"] == "0.5"
    assert [f["key"] for f in spread["figures"]] == [["a"], ["b"]]


def test_without_a_statement_nothing_is_told():
    assert "uncertainty" not in worked(a_document(), "2000000").shown


def test_a_rounded_equation_is_moved_over_the_whole_half_width():
    # ER is rounded to whole kilograms: 10 × (2 ± 0.3) is 23 and 17.
    document = stating("mass * EF", {"EF": (*EF, 'half_width: "0.15", confidence: "95"')})
    rounding = 'grade: official, rounding: {places: "0", mode: half_up}}'
    document = document.replace("grade: official}\nresult", f"{rounding}\nresult")
    assert "places" in document
    told = worked(document, "2000000", mass="10")
    assert told.shown["uncertainty"]["half_width_kg"] == "3"


TABLE = (
    'uncertainty_deduction: {confidence: "95", source: book, grade: official, rows: '
    '[{up_to: "0.1", value: "0"}, {up_to: "0.15", value: "0.25"}, {up_to: "0.2", value: "0.5"},'
    ' {up_to: "0.3", value: "0.75"}, {value: "1"}]}'
)
ALLOWED = 'uncertainty_deduction: {confidence: "90", allowed: "0.2", source: book, grade: official}'


@pytest.mark.parametrize(
    ("rule", "half_width", "saved_mg"),
    [
        # Of 2 kg, by the table: nothing up to a tenth; a quarter of 0.3 kg; the whole of 0.8 kg.
        (TABLE, '"0.1", confidence: "95"', 2_000_000),
        (TABLE, '"0.15", confidence: "95"', 1_925_000),
        (TABLE, '"0.3", confidence: "95"', 1_550_000),
        (TABLE, '"0.4", confidence: "95"', 1_200_000),
        # 20 % at 90 % is allowed, as in VM0033: 1 − 0.26 + 0.20; below it the factor is 1.
        (ALLOWED, '"0.26", confidence: "90"', 1_880_000),
        (ALLOWED, '"0.12", confidence: "90"', 2_000_000),
    ],
)
def test_a_rule_may_take_off_what_is_not_known_well(
    rule: str, half_width: str, saved_mg: int
) -> None:
    document = stating("mass * EF", {"EF": (*EF, f"half_width: {half_width}")}, extra=rule)
    version = a_version(document, saved_mg=str(saved_mg))
    told = explain(version, {"mass": "1"}, {}, "CN-44", ON)
    assert told.saved_mg == saved_mg
    assert told.shown["steps"][-1]["name"] == "uncertainty_deduction"
    action = an_action(version.behaviour, quantities={"mass": "1"}, evidence={"thing_id": "t"})
    (done,) = quantify([judge_by(version, action, ON, today=ON, zone=CHINA)])
    assert isinstance(done, Reduction)
    assert done.saved_mg == saved_mg
    exported = export_calculation(done.record(), Rulebook([version], shipped_factors()))
    assert verify_calculation(exported, shipped_factors(), unsigned=True).problems == ()
    exported["uncertainty"]["half_width_kg"] = "0"
    assert verify_calculation(exported, shipped_factors(), unsigned=True).problems


def test_a_series_says_it_beside_its_values():
    book = shipped_factors()
    version = a_version(_of_the_grid(), saved_mg="440300")
    assert isinstance(version, Version)
    bound = version.bound("CN-44", ON, ON)
    factor = bound.factors["EF"]
    stated = replace(factor, uncertainty=Uncertainty("95", Decimal("0.07")))
    bound = replace(bound, factors={"EF": stated}, shown={})
    case = Case(version, bound, {"mass": Decimal(10)}, {}, Occasion(ON, "CN-44"))
    spread = case.spread()
    assert spread is not None
    assert spread.half_width_kg == Decimal(10) * factor.value * Decimal("0.07")
    assert all(each.uncertainty is None for each in book.factors.values()), "no source states one"


def _of_the_grid() -> str:
    document = a_document("mass * EF", quantities={"mass": "kWh"}, parameters={})
    series = (
        "  EF:\n    unit: kgCO2/kWh\n    meaning: m\n"
        "    series: {name: avg_province, policy: latest_published}\n"
    )
    return document.replace("parameters:\n  {}\n", f"parameters:\n{series}")


@pytest.mark.parametrize(
    ("stated", "case"),
    [
        ('half_width: "0", confidence: "95"', "uncertainty_of_nothing"),
        ('half_width: "0.1", lower: "1", confidence: "95"', "uncertainty_twice"),
        ('lower: "2.5", upper: "3", confidence: "95"', "uncertainty_elsewhere"),
        ('half_width: "0.1", confidence: "80"', "uncertainty.confidence"),
        ('half_width: "0.1"', "uncertainty"),
    ],
)
def test_what_is_no_uncertainty_is_told(stated: str, case: str) -> None:
    assert case in str(error_of(stating("mass * EF", {"EF": (*EF, stated)})))


@pytest.mark.parametrize(
    ("rule", "case"),
    [
        (ALLOWED.replace('allowed: "0.2", ', ""), "deduction_form"),
        (TABLE.replace(', {value: "1"}', ""), "deduction_rows"),
        (TABLE.replace('value: "0.25"', 'value: "1.25"'), "deduction_rows"),
    ],
)
def test_what_is_no_deduction_is_told(rule: str, case: str) -> None:
    assert case in str(error_of(stating("mass * EF", {"EF": (*EF, FIVE)}, extra=rule)))
    assert "deduction_of_nothing" in str(error_of(a_document(extra=ALLOWED)))
