"""Distances over the ground: right to the metre, the same both ways, and whole at the edges."""

from __future__ import annotations

from decimal import Decimal
from math import asin, cos, pi, radians, sin, sqrt

import pytest
from hypothesis import given, strategies as st

from behaviours.distance import METRE_KM, PI, Place, distance_km

RADIUS = 6371.0088


def by_floats(one: Place, other: Place) -> float:
    """The haversine formula with the machine's own sines: good to a few millimetres."""
    north, east, other_north, other_east = (radians(float(each)) for each in (*one, *other))
    up, across = sin((other_north - north) / 2), sin((other_east - east) / 2)
    chord = up * up + cos(north) * cos(other_north) * across * across
    return 2 * RADIUS * asin(min(1.0, sqrt(chord)))


def at(latitude: str, longitude: str) -> Place:
    return Decimal(latitude), Decimal(longitude)


degrees = st.tuples(st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6))


@given(degrees, degrees)
def test_a_distance_is_that_of_the_formula_to_the_metre(one: Place, other: Place) -> None:
    found = distance_km(one, other)
    assert found == found.quantize(METRE_KM)
    assert abs(float(found) - by_floats(one, other)) < 0.0006
    assert found == distance_km(other, one)


@given(degrees)
def test_a_place_is_nowhere_else_and_its_antipode_half_the_earth_away(place: Place) -> None:
    assert distance_km(place, place) == 0
    latitude, longitude = place
    opposite = (-latitude, longitude - 180 if longitude > 0 else longitude + 180)
    assert distance_km(place, opposite) == Decimal("20015.114")


@given(degrees, degrees, degrees)
def test_a_detour_is_never_shorter(one: Place, over: Place, other: Place) -> None:
    detour = distance_km(one, over) + distance_km(over, other)
    # Three distances are each rounded by half a metre at most.
    assert detour >= distance_km(one, other) - Decimal("0.002")


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (at("0", "0"), at("0", "90"), "10007.557"),
        (at("0", "0"), at("90", "0"), "10007.557"),
        (at("90", "0"), at("90", "123.4"), "0.000"),
        # Over the date line it is a short way.
        (at("0", "179.9"), at("0", "-179.9"), "22.239"),
        (at("0", "0"), at("0", "1"), "111.195"),
        (at("60", "0"), at("60", "1"), "55.597"),
    ],
)
def test_known_ways(one: Place, other: Place, km: str) -> None:
    assert distance_km(one, other) == Decimal(km)


def test_pi_is_pi() -> None:
    assert float(PI) == pi
