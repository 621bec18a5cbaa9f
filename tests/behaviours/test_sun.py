"""Day and night: places and moments whose sunrise is in any almanac."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from behaviours.rules.factors import shipped_factors
from behaviours.sun import Centre, light_between

CENTRES = shipped_factors().centres
GUANGZHOU = Centre(Decimal("113.26"), Decimal("23.13"), Decimal(0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "light"),
    [
        # Civil twilight in Guangzhou on 26 November 2026: about 6:22 to 18:05, eight hours ahead.
        ("2026-11-25T22:10", False),
        ("2026-11-25T22:35", True),
        ("2026-11-26T04:00", True),
        ("2026-11-26T09:50", True),
        ("2026-11-26T10:20", False),
        ("2026-11-25T18:00", False),
        # And on 21 June: about 5:18 to 19:40.
        ("2026-06-20T21:05", False),
        ("2026-06-20T21:30", True),
        ("2026-06-21T11:30", True),
        ("2026-06-21T11:55", False),
    ],
)
def test_light_comes_and_goes_as_the_almanac_says(moment: str, *, light: bool) -> None:
    assert light_between(GUANGZHOU, at(moment), at(moment)) is light


def test_a_night_that_reaches_over_noon_had_light() -> None:
    dark = at("2026-11-25T18:00")
    assert not light_between(GUANGZHOU, dark, dark + timedelta(hours=3))
    assert light_between(GUANGZHOU, dark, dark + timedelta(hours=20))
    assert light_between(GUANGZHOU, dark, dark + timedelta(hours=24))


@pytest.mark.parametrize("region", sorted(CENTRES))
def test_every_region_has_its_night_on_its_shortest_and_its_noon_on_its_darkest_day(region) -> None:
    centre = CENTRES[region]
    # Mean solar time is four minutes of longitude from Greenwich.
    noon = at("2026-06-21T12:00") - timedelta(minutes=4 * int(centre.longitude))
    midnight = noon + timedelta(hours=12)
    assert not light_between(centre, midnight, midnight + timedelta(minutes=15))
    winter = at("2026-12-21T12:00") - timedelta(minutes=4 * int(centre.longitude))
    assert light_between(centre, winter, winter + timedelta(minutes=15))


def test_what_is_wide_sees_the_sun_before_its_middle_does() -> None:
    moment = at("2026-11-25T21:40")
    wide = Centre(GUANGZHOU.longitude, GUANGZHOU.latitude, Decimal(12))
    assert not light_between(GUANGZHOU, moment, moment)
    assert light_between(wide, moment, moment)
