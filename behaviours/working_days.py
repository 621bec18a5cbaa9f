"""Working days, by a named calendar and the days that a programme states besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]

# ``cn``: as the State Council announces them year by year, make-up weekends included.
# ``weekdays``: Monday to Friday.
CN = "cn"
WEEKDAYS = "weekdays"
CALENDARS = (CN, WEEKDAYS)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar by its name; stated ``holidays`` and ``workdays`` go before what it says."""

    name: str
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        assert self.name in CALENDARS, self.name
        assert not self.holidays & self.workdays, "a day is a holiday or a working day"

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known: announced, or stated by the programme."""
        return (
            self.name == WEEKDAYS
            or any(day.year == year for day in self.holidays | self.workdays)
            or _is_announced(year)
        )

    def announces(self, year: int) -> bool:
        """Whether the State Council's notice for a year is part of it."""
        return self.name == CN and _is_announced(year)

    def is_working_day(self, day: date) -> bool:
        """Of a year that is not announced, and of one that is stated only, Monday to Friday."""
        if day in self.holidays:
            return False
        if day in self.workdays:
            return True
        if self.announces(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def later(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day."""
        assert count > 0, "a working day later is another day"
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day


def _is_announced(year: int) -> bool:
    """Whether the installed package holds the State Council's notice for a year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
