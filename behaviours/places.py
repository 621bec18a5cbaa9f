"""Places: where somebody was, and how far apart two places or regions are at least.

Of a region its middle and its reach are known; a place is a point (WGS 84), or what is kept of it:
the middle of a field of a hundredth of a degree.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache
from typing import Final, NamedTuple

from behaviours.refusal import Invalid
from behaviours.sun import CONTEXT, SMALL, Centre, cosine, sine

# The mean radius of the Earth: Moritz, "Geodetic Reference System 1980", R1 = 6371008.7714 m.
EARTH_KM = Decimal("6371.009")
_PI = Decimal("3.14159265358979323846")
_HALF = Decimal("0.5")
# What is kept of a latitude or longitude: about a kilometre.
FIELD: Final = Decimal("0.01")
# From the middle of a field to its corner, and as much again: maps that are shifted by law
# (GCJ-02) show a place up to 700 m away, and not every sender corrects that.
FIELD_REACH: Final = Decimal("0.015")
# More decimals than any device measures; it is read so that nobody has to cut them off.
DEGREES: Final = re.compile(r"-?(0|[1-9][0-9]{0,2})(\.[0-9]{1,17})?", re.ASCII)
MOST_LATITUDE: Final = 90
MOST_LONGITUDE: Final = 180


class NoPlace(Invalid):
    """Latitude and longitude are no place where anybody was.

    ``beyond``: outside the globe, or the two are exchanged; ``unknown``: 0, 0 is what devices send
    that do not know where they are.
    """

    cases = ("beyond", "unknown")


class Place(NamedTuple):
    """A point in degrees north and east, as WGS 84 counts them."""

    latitude: Decimal
    longitude: Decimal

    def check(self) -> None:
        """Raises NoPlace."""
        if abs(self.latitude) > MOST_LATITUDE or abs(self.longitude) > MOST_LONGITUDE:
            raise NoPlace("beyond")
        if not self.latitude and not self.longitude:
            raise NoPlace("unknown")

    def field(self) -> Place:
        """The middle of its field: all of it that is kept."""
        with localcontext(CONTEXT):
            return Place(
                self.latitude.quantize(FIELD, ROUND_HALF_EVEN),
                self.longitude.quantize(FIELD, ROUND_HALF_EVEN),
            )

    def centre(self) -> Centre:
        """Its field as a region is known."""
        latitude, longitude = self.field()
        return Centre(longitude, latitude, FIELD_REACH)


@lru_cache(maxsize=4096)
def least_km(one: Centre, other: Centre) -> int:
    """Whole kilometres along the great circle between the nearest points that two regions can have.

    The distance of their middles, less how far each reaches towards the other; nought when they
    may touch.
    """
    with localcontext(CONTEXT):
        between = _angle(one, other) - (one.reach + other.reach) * _PI / 180
        return max(0, int(between * EARTH_KM))


def _angle(one: Centre, other: Centre) -> Decimal:
    """Between two middles as seen from the centre of the Earth, by the haversine formula."""
    up, across = (one.latitude - other.latitude) / 2, (one.longitude - other.longitude) / 2
    half = sine(up) ** 2 + cosine(one.latitude) * cosine(other.latitude) * sine(across) ** 2
    # Opposite points can come out a hair beyond the diameter.
    return 2 * _arcsine(min(half.sqrt(), Decimal(1)))


def _arcsine(value: Decimal) -> Decimal:
    """By its series; above the half, where that is slow, by way of half the angle that is left."""
    if value > _HALF:
        return _PI / 2 - 2 * _arcsine(((1 - value) / 2).sqrt())
    term = total = value
    odd = 1
    while term > SMALL:
        term = term * value * value * odd * odd / ((odd + 1) * (odd + 2))
        total += term
        odd += 2
    return total
