"""Limits of a rule: how much of what one person does counts in a civil period.

A limit counts actions, a quantity, or what they saved. What lies above it is cut off, so that the
part below counts, or the action is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

# What is counted, if it is no quantity.
ACTIONS: Final = "actions"
RESULT: Final = "result"
# What becomes of an action that goes beyond it.
CUT: Final = "cut"
REFUSE: Final = "refuse"
ABOVE: Final = (CUT, REFUSE)
DAY: Final = "day"
WEEK: Final = "week"
MONTH: Final = "month"
YEAR: Final = "year"
LIFE: Final = "life"
PERIODS: Final = (DAY, WEEK, MONTH, YEAR, LIFE)
# A life has one period, which begins before everything.
LIFE_BEGINS: Final = date.min


@dataclass(frozen=True, slots=True, eq=False)
class LimitRule:
    """At most so much of one person's actions in one civil period counts.

    ``of`` is ``actions``, ``result`` or the name of a quantity. ``most`` and all that is counted
    are whole: actions, milligrams, or millionths of the quantity's unit; ``scale`` of them are one
    ``unit`` of the document.
    """

    name: str
    of: str
    most: int
    unit: str
    scale: int
    period: str
    above: str
    meaning_zh: str
    meaning_en: str
    source: str
    grade: str

    def code(self, methodology: str) -> str:
        """By what its use is kept, whatever a later version of the rule calls it."""
        return f"{methodology}:{self.of}:{self.unit}:{self.period}"

    def period_start(self, on: date) -> date:
        """The first civil day of the period in which a day lies; weeks begin on Mondays."""
        match self.period:
            case "day":
                return on
            case "week":
                return on - timedelta(days=on.weekday())
            case "month":
                return on.replace(day=1)
            case "year":
                return on.replace(month=1, day=1)
            case _:
                return LIFE_BEGINS

    def next_start(self, on: date) -> date | None:
        """The first day of the period after; a life has none."""
        first = self.period_start(on)
        match self.period:
            case "day":
                return first + timedelta(days=1)
            case "week":
                return first + timedelta(days=7)
            case "month":
                return (first + timedelta(days=31)).replace(day=1)
            case "year":
                return first.replace(year=first.year + 1)
            case _:
                return None

    def whole(self, amount: Decimal) -> int:
        """An amount of the document's unit, as it is counted."""
        return int(amount * self.scale)

    def amount(self, whole: int) -> str:
        """What is counted, as people write it in the document's unit."""
        text = f"{Decimal(whole) / self.scale:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
