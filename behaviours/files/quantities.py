"""Quantities of a mapping: as the file has them, or reckoned from its rows, exactly.

Sums, differences and products are exact; the result is rounded once, half to even, to the six
decimals that a quantity of an action may have. Distances are rounded to the metre.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import pairwise
from typing import TypeAlias

from behaviours.distance import distance_km
from behaviours.file_refusals import MeterFell, MeterJumped, UnreadableNumber
from behaviours.files.values import TextValue

_STEP = Decimal("0.000001")
# Beyond it no quantity of an action goes.
_MOST = Decimal(10) ** 12
# The API's form of a number, but with as many decimals as meters write of their float noise.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,30})?", re.ASCII)
_EXPONENT = re.compile(r"-?[0-9]+(\.[0-9]+)?[Ee][+-]?[0-9]+", re.ASCII)
# 12 digits before the point and 30 behind it, times a factor, over ten million rows.
_DIGITS = 90

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A quantity: as the file has it, or ``sum``med over a group's rows, times a factor."""

    text: TextValue
    times: Decimal | None
    is_sum: bool

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return self.text.columns

    def of(self, rows: Rows, blank: frozenset[str]) -> str:
        """The quantity of a row, or of all rows of a group."""
        if not self.is_sum and self.times is None:
            return self.text.of(rows[0], blank)
        read = [_number(self.text, row, blank) for row in (rows if self.is_sum else rows[:1])]
        for value in read:
            # A meter that runs backwards would be netted against the rest without a word.
            if value < 0:
                raise UnreadableNumber("negative", sent=str(value))
        with localcontext(prec=_DIGITS):
            return _text(sum(read, Decimal()) * (1 if self.times is None else self.times))


@dataclass(frozen=True, slots=True)
class RiseValue:
    """By how much a cumulative meter rose over a group's rows, in the order of their times.

    After a fall the reading counts from nought if ``from_zero``, and the group is refused if not.
    ``at_most`` bounds the rise from one row to the next: beyond it a reading is taken for a spike.
    """

    text: TextValue
    times: Decimal | None
    from_zero: bool
    at_most: Decimal | None

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return self.text.columns

    def of(self, rows: Rows, blank: frozenset[str]) -> str:
        """The rise over all rows; refuses a fall that is no reset, and a jump."""
        read = [_number(self.text, row, blank) for row in rows]
        with localcontext(prec=_DIGITS):
            total = Decimal()
            for earlier, later in pairwise(read):
                rise = later - earlier
                if rise < 0:
                    if not self.from_zero or later < 0:
                        raise MeterFell(before=str(earlier), after=str(later))
                    rise = later
                if self.at_most is not None and rise > self.at_most:
                    raise MeterJumped(before=str(earlier), after=str(later), most=str(self.at_most))
                total += rise
            return _text(total * (1 if self.times is None else self.times))


@dataclass(frozen=True, slots=True)
class DistanceValue:
    """Kilometres between two places, each latitude and longitude in degrees (WGS 84)."""

    start: tuple[TextValue, TextValue]
    end: tuple[TextValue, TextValue]

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return [column for text in (*self.start, *self.end) for column in text.columns]

    def of(self, rows: Rows, blank: frozenset[str]) -> str:
        """The distance in a straight line over the ground; a way is never shorter."""
        places = []
        for latitude, longitude in (self.start, self.end):
            north, east = (_number(text, rows[0], blank) for text in (latitude, longitude))
            if abs(north) > 90 or abs(east) > 180:
                raise UnreadableNumber("no_place", sent=f"{north}, {east}")
            places.append((north, east))
        return _shown(distance_km(*places))


Quantity: TypeAlias = NumberValue | RiseValue | DistanceValue


def _number(text: TextValue, row: Mapping[str, str], blank: frozenset[str]) -> Decimal:
    sent = text.of(row, blank)
    if _NUMBER.fullmatch(sent) is None:
        case = "exponent" if _EXPONENT.fullmatch(sent) else "not_decimal"
        raise UnreadableNumber(case, sent=sent)
    return Decimal(sent)


def _text(made: Decimal) -> str:
    if made >= _MOST:
        raise UnreadableNumber("large", sent=f"{made:.6e}")
    return _shown(made.quantize(_STEP, rounding=ROUND_HALF_EVEN))


def _shown(made: Decimal) -> str:
    shown = f"{made:f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) or "0"
