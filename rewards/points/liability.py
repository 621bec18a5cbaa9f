"""What a programme owes in points: of what is there, how much runs out in which month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from behaviours.civil_time import months_later

# Months that are told one by one; what runs out after them is told together.
MONTHS: Final = 24


class ExpiringMonth(NamedTuple):
    """Points that are good into a civil month: those that can be spent, and those that wait."""

    month: date
    available: int
    pending: int


class Liability(NamedTuple):
    """``months`` soonest first; ``later`` what expires after them. ``held`` is set aside for sales
    that are not finished, ``debt`` is owed by people and paid by what they earn next."""

    months: tuple[ExpiringMonth, ...]
    later: ExpiringMonth | None
    held: int
    debt: int

    @property
    def owed(self) -> int:
        """What people can spend once it is available; of what is held nobody knows yet."""
        months = (*self.months, *([self.later] if self.later else []))
        return self.held + sum(each.available + each.pending for each in months)


def liability_of(months: Iterable[ExpiringMonth], *, held: int, debt: int) -> Liability:
    """From every month in which anything runs out; the first of them begins the forecast."""
    known = sorted(months)
    end = months_later(known[0].month, MONTHS) if known else None
    near = tuple(each for each in known if end is not None and each.month < end)
    far = known[len(near) :]
    later = None
    if far:
        later = ExpiringMonth(
            far[0].month, sum(each.available for each in far), sum(each.pending for each in far)
        )
    return Liability(near, later, held, debt)
