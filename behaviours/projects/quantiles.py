"""Quantiles that bounds are made of: Student's t, and the upper limits of a Poisson mean.

Student's: standard tables (for example NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2),
in thousandths and rounded up. A test computes the distribution anew and holds the table to it.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, localcontext
from functools import cache
from typing import Final

from behaviours.rules.units import ARITHMETIC

# One-sided, for 1 … 30, 40, 60 and 120 degrees of freedom, in thousandths.
_FREEDOMS: Final = (*range(1, 31), 40, 60, 120)
_STUDENT: Final = {
    Decimal("0.80"): (
        1377, 1061, 979, 941, 920, 906, 897, 889, 884, 880, 876, 873, 871, 869, 867, 865, 864,
        863, 861, 860, 860, 859, 858, 857, 857, 856, 856, 855, 855, 854, 851, 848, 845,
    ),
    Decimal("0.90"): (
        3078, 1886, 1638, 1534, 1476, 1440, 1415, 1397, 1384, 1373, 1364, 1357, 1351, 1346, 1341,
        1337, 1334, 1331, 1328, 1326, 1324, 1322, 1320, 1318, 1317, 1315, 1314, 1313, 1312, 1311,
        1304, 1296, 1289,
    ),
    Decimal("0.95"): (
        6314, 2920, 2354, 2132, 2016, 1944, 1895, 1860, 1834, 1813, 1796, 1783, 1771, 1762, 1754,
        1746, 1740, 1735, 1730, 1725, 1721, 1718, 1714, 1711, 1709, 1706, 1704, 1702, 1700, 1698,
        1684, 1671, 1658,
    ),
    Decimal("0.99"): (
        31821, 6965, 4541, 3747, 3365, 3143, 2998, 2897, 2822, 2764, 2719, 2681, 2651, 2625, 2603,
        2584, 2567, 2553, 2540, 2528, 2518, 2509, 2500, 2493, 2486, 2479, 2473, 2468, 2463, 2458,
        2424, 2391, 2358,
    ),
}  # fmt: skip
LEVELS: Final = tuple(_STUDENT)
# Limits are kept to this place, rounded up.
_PLACE: Final = Decimal("0.000001")
# From this many errors on each further one counts as this one does: their steps only get smaller.
MOST_ERRORS: Final = 100


def student(confidence: Decimal, freedom: int) -> Decimal:
    """The one-sided quantile; between two lines of the table, that of the fewer degrees."""
    assert freedom >= 1, "a spread has at least one degree of freedom"
    line = max(at for at, listed in enumerate(_FREEDOMS) if listed <= freedom)
    return Decimal(_STUDENT[confidence][line]) / 1000


@cache
def poisson_limits(confidence: Decimal) -> tuple[Decimal, ...]:
    """The upper limits of a mean of which 0, 1, … ``MOST_ERRORS`` events were seen.

    The limit L of j events solves exp(-L) (1 + L + L^2/2! + … + L^j/j!) = 1 - confidence
    (Garwood, Biometrika 28, 1936); six places, rounded up.
    """
    with localcontext(ARITHMETIC):
        limits: list[Decimal] = []
        limit = -(1 - confidence).ln()
        for events in range(MOST_ERRORS + 1):
            limit = _solved(1 - confidence, events, limit)
            limits.append(limit.quantize(_PLACE, ROUND_CEILING))
            limit += 1
        return tuple(limits)


def _solved(left: Decimal, events: int, start: Decimal) -> Decimal:
    """Newton's steps from ``start``, until they no longer move what is kept."""
    limit = start
    while True:
        term = total = (-limit).exp()
        for event in range(1, events + 1):
            term = term * limit / event
            total += term
        step = (total - left) / term
        limit += step
        if abs(step) < _PLACE / 1000:
            return limit
