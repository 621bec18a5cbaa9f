"""What the programme states of settling with merchants: up to which days a statement is drawn.

Where a version does not state it, no statements are drawn; bills of days can be read as ever. No
document states a figure; it is the programme's choice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from behaviours.document import Part

_HALF: Final = 15


class SettlementTerms(NamedTuple):
    """After what a statement is cut off: each ``month``, ``half_month`` or ``week`` (Mondays)."""

    cut_off: str | None = None


UNSTATED: Final = SettlementTerms()


def read_settlement_terms(part: Part | None) -> SettlementTerms:
    """The terms of a version. Raises DocumentError."""
    if part is None:
        return UNSTATED
    part.only(*SettlementTerms._fields)
    return SettlementTerms(part.at("cut_off").one_of(*CUT_OFFS))


def period_of(day: date, cut_off: str) -> tuple[date, date]:
    """The first and the last civil day of the period that a day lies in."""
    return _PERIODS[cut_off](day)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _half_month(day: date) -> tuple[date, date]:
    first, last = _month(day)
    if day.day <= _HALF:
        return first, day.replace(day=_HALF)
    return day.replace(day=_HALF + 1), last


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


_PERIODS: Final[Mapping[str, Callable[[date], tuple[date, date]]]] = MappingProxyType(
    {"month": _month, "half_month": _half_month, "week": _week}
)
CUT_OFFS: Final = tuple(_PERIODS)
