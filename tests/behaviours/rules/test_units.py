"""Units: what fits, what converts, and the one rounding."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from behaviours.rules.units import UnitError, parse_unit, whole_mg


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("t", "kg", Fraction(1000)),
        ("tCO2/MWh", "kgCO2e/kWh", Fraction(1)),
        ("万kWh", "MWh", Fraction(10)),
        ("kJ", "kWh", Fraction(1, 3600)),
        ("mu", "ha", Fraction(1, 15)),
        ("gCO2e/pkm", "kgCO2e/(person*km)", Fraction(1, 1000)),
        ("kW*h", "kWh", Fraction(1)),
    ],
)
def test_a_unit_converts_exactly_to_another_that_measures_the_same(one, other, factor):
    assert parse_unit(one).factor_to(parse_unit(other)) == factor


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kg", "kWh"),
        ("trip", "box"),
        ("kgCO2e", "kg"),
        ("L", "kg"),
        ("pkm", "km"),
        ("kgCH4", "kgCO2e"),
    ],
)
def test_units_of_different_things_do_not_convert(one, other):
    with pytest.raises(UnitError):
        parse_unit(one).factor_to(parse_unit(other))


@pytest.mark.parametrize(
    "text", ["", "furlong", "kg/", "(kg", "kg)", "kg kg", "kg^", "kg^0", "ｋｇ"]
)
def test_a_text_that_is_no_unit_is_refused(text):
    with pytest.raises(UnitError):
        parse_unit(text)


@given(st.text(max_size=80))
def test_reading_a_unit_never_fails_in_another_way(text):
    with contextlib.suppress(UnitError):
        parse_unit(text)


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, places=12))
def test_the_rounding_goes_down_and_by_less_than_a_milligram(kilograms):
    saved_mg = whole_mg(kilograms)
    assert 0 <= kilograms * 1_000_000 - saved_mg < 1


def test_a_metro_ride_is_exactly_forty_six_grams():
    assert whole_mg(Decimal("0.046")) == 46_000
