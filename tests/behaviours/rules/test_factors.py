"""Grid factors: 150 values, dated notices, and policies that never invent one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from behaviours.region_register import UnknownRegion
from behaviours.rules.factors import (
    NoFactorForArea,
    NoFactorForYear,
    Resolution,
    shipped_factors,
)
from behaviours.rules.units import parse_unit

BOOK = shipped_factors()
PER_KWH = parse_unit("kgCO2/kWh")


def rule(policy: str, series: str = "avg_province", notice: str | None = None) -> Resolution:
    return Resolution(series, policy, None, notice, PER_KWH)


def test_all_factors_are_there_with_their_notices():
    count = Counter(factor.series for factor in BOOK.factors.values())
    assert sum(count.values()) == 150
    assert count["avg_province"] == 90
    assert count["baseline_OM"] == count["baseline_BM"] == 6


def test_twenty_provinces_fell_and_ten_rose_from_2022_to_2023():
    def value(area: str, year: int) -> Decimal:
        (found,) = [f.value for f in BOOK.series["avg_province", area] if f.data_year == year]
        return found

    areas = [area for series, area in BOOK.series if series == "avg_province"]
    signs = Counter(value(area, 2023) > value(area, 2022) for area in areas)
    assert signs == {False: 20, True: 10}


@pytest.mark.parametrize(
    ("on", "recorded_on", "data_year"),
    [
        (date(2025, 6, 1), date(2025, 6, 1), 2022),
        (date(2025, 6, 1), date(2025, 12, 30), 2022),
        (date(2025, 6, 1), date(2025, 12, 31), 2023),
        (date(2026, 6, 1), date(2026, 6, 1), 2023),
        (date(2024, 10, 1), date(2024, 10, 1), 2021),
        (date(2022, 10, 1), date(2026, 6, 1), 2022),
    ],
)
def test_the_latest_published_factor_is_that_of_the_recording_day(on, recorded_on, data_year):
    factor = BOOK.resolve(rule("latest_published"), "CN-44", on, recorded_on)
    assert factor.data_year == data_year


def test_the_year_of_the_activity_must_be_published():
    year = rule("activity_year")
    assert BOOK.resolve(year, "CN-44", date(2023, 5, 1), date(2026, 1, 1)).data_year == 2023
    for on, recorded_on in (
        (date(2023, 5, 1), date(2025, 1, 1)),
        (date(2026, 5, 1), date(2026, 6, 1)),
    ):
        with pytest.raises(NoFactorForYear):
            BOOK.resolve(year, "CN-44", on, recorded_on)


def test_a_pinned_notice_holds_for_every_year():
    pinned = rule("pinned", notice="mee-2024-33")
    assert BOOK.resolve(pinned, "CN-11", date(2030, 1, 1), date(2030, 1, 1)).value == Decimal(
        "0.5580"
    )


@pytest.mark.parametrize("region", ["CN-54", "CN-71", "CN-91", "CN-92"])
def test_an_area_without_a_value_is_refused_and_never_filled(region):
    with pytest.raises(NoFactorForArea) as caught:
        BOOK.resolve(rule("latest_published"), region, date(2026, 1, 1), date(2026, 1, 1))
    assert caught.value.pointer == "/region"
    margins = Resolution("baseline_OM", "pinned", "six-grid-areas", "baseline-2019", PER_KWH)
    with pytest.raises(NoFactorForArea):
        BOOK.resolve(margins, region, date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize("region", ["CN-99", "CN-GD", "US-CA", "cn-44", "CN-44 ", ""])
def test_a_region_code_that_is_none_is_refused(region):
    with pytest.raises(UnknownRegion) as caught:
        BOOK.check_region(region)
    assert caught.value.pointer == "/region"
