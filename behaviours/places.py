"""How far apart two regions are at least, for what is known of them: a middle and a reach."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache

from behaviours.sun import CONTEXT, SMALL, Centre, cosine, sine

# The mean radius of the Earth: Moritz, "Geodetic Reference System 1980", R1 = 6371008.7714 m.
EARTH_KM = Decimal("6371.009")
_PI = Decimal("3.14159265358979323846")


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
    return 2 * _arcsine(half.sqrt())


def _arcsine(value: Decimal) -> Decimal:
    """By its series; of anything below the half, which is a third of the way around."""
    term = total = value
    odd = 1
    while term > SMALL:
        term = term * value * value * odd * odd / ((odd + 1) * (odd + 2))
        total += term
        odd += 2
    return total
