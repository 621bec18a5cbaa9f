"""Worked figures from the sources: printed results come out as printed, wrong ones do not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from behaviours.actions.quantify import explain
from behaviours.actions.shipped import load_rulebook
from behaviours.rules.factors import shipped_factors
from tests.behaviours.builders import a_document, a_version, an_accepted_action, saved, worked

KWH = {"kwh": "kWh"}


def displaced(kwh: str, factor: str) -> Decimal:
    version = a_version(
        a_document("kwh * EF", quantities=KWH, parameters={"EF": (factor, "kgCO2/kWh")}),
        example={"kwh": "1"},
        saved_mg=str(int(Decimal(factor) * 1_000_000)),
    )
    return worked(version, {"kwh": kwh})


def test_v01_electricity_displaced():
    exact = displaced("109.597371", "0.4419")
    assert exact == Decimal("48.4310782449")
    assert exact.quantize(Decimal("0.000001"), ROUND_HALF_UP) == Decimal("48.431078")


def test_v03_photovoltaics_in_shanghai_and_r1_its_misprint():
    tonnes = displaced(str(1000 * 1100), "0.42") / 1000
    assert tonnes == 462
    assert tonnes * Decimal("66.57") == Decimal("30755.34")
    assert tonnes != 4_620_000


def test_v04_a_second_hand_phone():
    assert saved(an_accepted_action("second_hand_phone")).saved_mg == 51_903_000


def test_v05_a_megawatt_at_the_ccer_factor():
    version = a_version(
        a_document("e * EF", quantities={"e": "MWh"}, parameters={"EF": ("0.7", "tCO2/MWh")}),
        example={"e": "1"},
        saved_mg="700000000",
    )
    assert worked(version, {"e": "1100"}) == 770_000


def test_v08_a_parcel_box_is_grams_and_not_points():
    assert saved(an_accepted_action("parcel_box_return")).saved_mg == 37_000


def test_v11_combined_margin_at_even_weights():
    version = load_rulebook().version("gd.efficient_air_conditioner", "2022")
    working = explain(version, {"annual_kwh": "600", "units": "1"}, {}, "CN-44", date(2026, 1, 1))
    assert working.shown["steps"][0]["value"] == "0.50885"


@pytest.mark.parametrize(
    ("region", "margin"),
    [("CN-11", "0.8269"), ("CN-21", "0.871925"), ("CN-33", "0.690825"), ("CN-42", "0.715375"),
     ("CN-61", "0.779325"), ("CN-44", "0.656525")],
)  # fmt: skip
def test_the_solar_margin_of_each_grid_area(region, margin):
    version = load_rulebook().version("gd.distributed_pv", "2022")
    working = explain(version, {"generation_kwh": "1"}, {}, region, date(2026, 1, 1))
    assert working.shown["steps"][0]["value"] == margin


def test_v12_the_press_figure_for_textiles_is_not_the_result_of_the_rule():
    assert Decimal("5.5") * Decimal("3.6") == Decimal("19.8")
    rule = saved(an_accepted_action("clothing_recycling"))
    assert rule.saved_mg == 13_931_500
    assert rule.provenance == "assumption"


def test_v13_a_sink_per_hectare_and_year():
    version = a_version(
        a_document(
            "t / (mu * years) * one", quantities={"t": "tCO2e", "mu": "mu"},
            parameters={"years": ("20", "year"), "one": ("1", "ha*year")},
        ),
        example={"t": "1", "mu": "15"},
        saved_mg="50000000",
    )  # fmt: skip
    tonnes = worked(version, {"t": "25000", "mu": "5174"}) / 1000
    assert tonnes.quantize(Decimal("0.0001"), ROUND_HALF_UP) == Decimal("3.6239")


def test_v14_baseline_less_project_less_leakage():
    version = a_version(
        a_document(
            "BE - PE - LE", quantities=dict.fromkeys(("BE", "PE", "LE"), "kgCO2e"), parameters={}
        ),
        example={"BE": "3", "PE": "1", "LE": "0"},
    )
    assert worked(version, {"BE": "100", "PE": "35", "LE": "5"}) == 60


TWO_BRANCHES = {
    "baseline": (
        "if(actual <= city, city, if(days_known(actual, 7) = 7, mean_previous(actual, 7), actual))",
        "gCO2e",
    ),
    "ER": ("max(baseline - actual, 0)", "kgCO2e"),
}


@pytest.mark.parametrize(
    ("actual", "own_mean", "saved_g"),
    [("800", "900", 200), ("1300", "1500", 200), ("1600", "1500", 0)],
)
def test_v15_the_two_branches_of_low_carbon_electricity(actual, own_mean, saved_g):
    version = a_version(
        a_document(
            TWO_BRANCHES,
            quantities={"actual": "gCO2e"},
            parameters={"city": ("1000", "gCO2e")},
            extra="history_subject: thing_id",
        ),
        example={"actual": "400"},
        saved_mg="600000",
    )
    on = date(2025, 3, 8)
    history = [(on - timedelta(days=back), Decimal(own_mean)) for back in range(1, 8)]
    working = explain(version, {"actual": actual}, {}, "CN-44", on, history)
    assert working.saved_mg == saved_g * 1000


def test_v16_a_carpool_counts_the_platform_too():
    version = a_version(
        a_document(
            "BE - (car + system)",
            quantities=dict.fromkeys(("BE", "car", "system"), "kgCO2e"),
            parameters={},
        ),
        example={"BE": "3", "car": "1", "system": "0"},
    )
    assert worked(version, {"BE": "2.40", "car": "1.10", "system": "0.02"}) == Decimal("1.28")


def test_r2_the_national_factors_of_2021_and_2022_are_not_swapped():
    national = {f.data_year: f for f in shipped_factors().series["avg_national", "CN"]}
    assert (national[2021].value, national[2022].value) == (Decimal("0.5568"), Decimal("0.5366"))
    assert national[2021].grade == "assumption"


def test_r3_and_r4_figures_that_contradict_themselves_are_not_shipped():
    figures = {
        str(value.number)
        for version in load_rulebook().versions()
        for parameter in version.reckoning.parameters
        for value in parameter.values
    }
    assert not figures & {"0.2208", "3.156", "0.205", "0.063", "0.104", "0.052", "0.032"}
