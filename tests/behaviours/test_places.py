"""How far apart regions are at least: towns whose distance is in any atlas."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest

from behaviours.places import least_km
from behaviours.rules.factors import shipped_factors
from behaviours.sun import Centre

CENTRES = shipped_factors().centres
CANTON, PEKING, SHANGHAI, URUMQI = (
    Centre(Decimal(east), Decimal(north), Decimal(0))
    for east, north in (
        ("113.264", "23.129"),
        ("116.407", "39.904"),
        ("121.474", "31.230"),
        ("87.617", "43.793"),
    )
)


# By the same formula elsewhere, to the kilometre.
@pytest.mark.parametrize(
    ("one", "other", "km"),
    [(CANTON, PEKING, 1888), (PEKING, SHANGHAI, 1067), (CANTON, URUMQI, 3281)],
)
def test_towns_are_as_far_apart_as_the_atlas_says(one: Centre, other: Centre, km: int) -> None:
    assert abs(least_km(one, other) - km) <= 2
    assert least_km(one, other) == least_km(other, one)


def test_reaches_bring_regions_nearer_down_to_nought() -> None:
    far = least_km(CENTRES["CN-44"], CENTRES["CN-11"])
    # 4.5 and 1.3 degrees of 111.2 km.
    bare = [
        Centre(c.longitude, c.latitude, Decimal(0))
        for c in map(CENTRES.get, ("CN-44", "CN-11"))
        if c
    ]
    assert abs(least_km(*bare) - far - 645) <= 1
    assert least_km(CENTRES["CN-44"], CENTRES["CN-45"]) == 0
    assert least_km(CANTON, CANTON) == 0


def test_no_two_regions_are_further_apart_than_the_country_is_wide() -> None:
    for one, other in combinations(CENTRES.values(), 2):
        assert 0 <= least_km(one, other) < 4500
