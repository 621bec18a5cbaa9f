"""Units: what fits and what converts."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from behaviours.rules.units import UnitError, parse_unit


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


def test_what_a_rule_counts_by_its_own_name_is_a_thing_of_its_own():
    desk = parse_unit("kgCO2e/{desk}")
    assert desk.fits(parse_unit("gCO2e/{desk}"))
    assert not desk.fits(parse_unit("kgCO2e/{chair}"))
    assert not desk.fits(parse_unit("kgCO2e"))
    with pytest.raises(UnitError):
        parse_unit("{kg}")


def test_the_root_of_a_square_is_in_its_base_unit():
    assert parse_unit("m2^2").root().powers == parse_unit("ha").powers
    with pytest.raises(UnitError):
        parse_unit("kg").root()
