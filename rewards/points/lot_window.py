"""From when and until when points are good: whole civil days of the programme."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from behaviours.civil_time import day_ends_at, month_end, months_later, start_of_day

# Shenzhen lets no point live longer than ten years (深圳碳普惠管理办法).
LONGEST_VALIDITY_MONTHS: Final = 120
MONTH, QUARTER, YEAR = "month", "quarter", "year"
PERIODS: Final = (MONTH, QUARTER, YEAR)


class GoodFor(NamedTuple):
    """For so many months or days, then through the end of the period of the last one, if any.

    Never longer than ten years, whatever period that cuts short.
    """

    months: int | None = None
    days: int | None = None
    end_of: str | None = None

    @property
    def least_days(self) -> int:
        """For how many days points are good at least."""
        return self.days if self.days is not None else 28 * (self.months or 0)

    def last_good_day(self, earned_on: date) -> date:
        """The last civil day on which points that were earned on this one buy something."""
        if self.days is not None:
            last = earned_on + timedelta(days=self.days)
        else:
            last = months_later(earned_on, self.months or 0)
        if self.end_of == MONTH:
            last = month_end(last)
        elif self.end_of == QUARTER:
            last = month_end(last.replace(month=(last.month + 2) // 3 * 3, day=1))
        elif self.end_of == YEAR:
            last = last.replace(month=12, day=31)
        return min(last, months_later(earned_on, LONGEST_VALIDITY_MONTHS))


@lru_cache(maxsize=4096)
def lot_window(
    recorded_on: date, zone: tzinfo, hold_days: int, validity: GoodFor
) -> tuple[datetime, datetime]:
    """(available_at, expires_at) in UTC of points that were earned on a civil day.

    Available from the start of the day ``hold_days`` later; ``expires_at`` is the start of the
    civil day after the last good one.
    """
    return (
        start_of_day(recorded_on + timedelta(days=hold_days), zone),
        day_ends_at(validity.last_good_day(recorded_on), zone),
    )
