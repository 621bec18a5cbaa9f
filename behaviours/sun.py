"""Day and night: whether the sun gave light anywhere in a region while something was done.

The sun's place is that of the Astronomical Almanac's approximate formulas as printed by J. J.
Michalsky, "The Astronomical Almanac's algorithm for approximate solar position (1950-2050)", Solar
Energy 40 (1988) 227-235: a hundredth of a degree, far less than the reach of a region. They are
computed with ``Decimal`` and a series for the sine, without right ascension and declination, of
which the height needs only products.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, localcontext
from functools import lru_cache

# Down to here the sky is bright enough to read by: civil twilight, in degrees below the horizon.
TWILIGHT = Decimal(6)

_DAY, _NOON_AT_GREENWICH = timedelta(days=1), timedelta(hours=12)
# 2000-01-01 12:00 UT, the Julian date 2451545.0, from which the formulas count days.
_EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_A_DAY = Decimal(86_400_000_000)
_PI = Decimal("3.14159265358979323846264338")
# Twenty digits: the formulas themselves know five.
CONTEXT = Context(prec=20)
SMALL = Decimal("1e-15")


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a region in degrees east and north, and how far its edge reaches from there."""

    longitude: Decimal
    latitude: Decimal
    reach: Decimal


def light_between(centre: Centre, first: datetime, last: datetime) -> bool:
    """Whether at some moment it was day or twilight somewhere in the region.

    A place at most ``reach`` degrees from the middle sees the sun at most so much higher. Where it
    is dark at both ends it was dark all the time, unless the middle of the day lies between.
    """
    if last - first >= _DAY:
        return True
    if _is_light(centre, first) or _is_light(centre, last):
        return True
    return first <= _noon_after(centre, first) <= last


# Meters are read at the same quarters of an hour.
@lru_cache(maxsize=8192)
def _is_light(centre: Centre, moment: datetime) -> bool:
    with localcontext(CONTEXT):
        return _sine_of_height(centre, moment) > sine(-(TWILIGHT + centre.reach))


def _noon_after(centre: Centre, moment: datetime) -> datetime:
    """The next mean noon; the true one is at most a quarter of an hour away, in full light."""
    turn = _DAY * int(centre.longitude * 1000) // 360_000
    noon = _EPOCH - turn
    return moment + (noon - moment) % _DAY


def _sine_of_height(centre: Centre, moment: datetime) -> Decimal:
    days = Decimal((moment - _EPOCH) // _MICROSECOND) / _MICROSECONDS_A_DAY
    mean = Decimal("280.460") + Decimal("0.9856474") * days
    anomaly = Decimal("357.528") + Decimal("0.9856003") * days
    longitude = mean + Decimal("1.915") * sine(anomaly) + Decimal("0.020") * sine(2 * anomaly)
    tilt = Decimal("23.439") - Decimal("0.0000004") * days
    # Sidereal hours at Greenwich; the days count from a noon, the hours of the day from midnight.
    hours = Decimal("6.697375") + Decimal("0.0657098242") * days + 24 * days + 12
    turned = 15 * hours + centre.longitude
    across = cosine(turned) * cosine(longitude)
    across += sine(turned) * cosine(tilt) * sine(longitude)
    return sine(centre.latitude) * sine(tilt) * sine(longitude) + cosine(centre.latitude) * across


def cosine(degrees: Decimal) -> Decimal:
    """As ``sine``, a quarter turn on."""
    return sine(degrees + 90)


def sine(degrees: Decimal) -> Decimal:
    """Of any angle, by its series in the quarter turn on either side of nought."""
    turned = degrees % 360
    if turned > 270 or turned < -270:
        turned -= 360 if turned > 0 else -360
    elif turned > 90:
        turned = 180 - turned
    elif turned < -90:
        turned = -180 - turned
    angle = turned * _PI / 180
    term = total = angle
    square, number = angle * angle, 1
    while abs(term) > SMALL:
        term = -term * square / ((number + 1) * (number + 2))
        total += term
        number += 2
    return total
