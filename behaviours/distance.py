"""How far two places are apart: the haversine formula, in decimals.

The Earth is a sphere of 6371.0088 km, the mean radius R1 of the reference ellipsoid (H. Moritz,
Geodetic Reference System 1980, Journal of Geodesy 74, 2000: 6 371 008.7714 m). On the ellipsoid
the distance differs by up to 0.56 %.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

EARTH_RADIUS_KM = Decimal("6371.0088")
METRE_KM = Decimal("0.001")
PI = Decimal("3.14159265358979323846264338327950288419716939937511")
_DIGITS = 40
# Below it a term no longer changes any digit that is shown.
_SMALL = Decimal(10) ** -34

# Latitude and longitude in degrees.
Place = tuple[Decimal, Decimal]


def distance_km(start: Place, end: Place) -> Decimal:
    """The kilometres from one place to the other over the ground, to the metre, half to even."""
    with localcontext(prec=_DIGITS):
        degree = PI / 180
        north, other = start[0] * degree, end[0] * degree
        up, across = (other - north) / 2, (end[1] - start[1]) * degree / 2
        chord = _sin(up) ** 2 + _sin(north + PI / 2) * _sin(other + PI / 2) * _sin(across) ** 2
        # Opposite places can come out a hair beyond the diameter.
        chord = min(max(chord, Decimal(0)), Decimal(1))
        made = 2 * EARTH_RADIUS_KM * _arcsin(chord.sqrt())
        return made.quantize(METRE_KM, rounding=ROUND_HALF_EVEN)


def _sin(angle: Decimal) -> Decimal:
    """Taylor's series, of an angle that is brought near nought first."""
    angle = angle.remainder_near(2 * PI)
    term = total = angle
    step = 1
    while abs(term) > _SMALL:
        step += 2
        term = -term * angle * angle / (step * (step - 1))
        total += term
    return total


def _arcsin(sine: Decimal) -> Decimal:
    """By the arctangent, whose series is quick once the angle was halved a few times."""
    if sine == 1:
        return PI / 2
    slope = sine / (1 - sine * sine).sqrt()
    halved = 0
    while slope > Decimal("0.1"):
        slope = slope / (1 + (1 + slope * slope).sqrt())
        halved += 1
    power = total = slope
    step = 1
    while abs(power) > _SMALL:
        step += 2
        power = -power * slope * slope
        total += power / step
    return total * Decimal(2) ** halved
