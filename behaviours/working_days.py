"""Working days, by a named calendar and the days that a programme states besides.

The State Council announces the holidays of a year in the autumn before. A notice that reaches into
a year which is not announced yet, or which the installed calendar does not know, counts Monday to
Friday there and takes ``CAUTION_DAYS`` of them more: so it is never shorter than it would be by
the calendar that comes. Of all notices of up to thirty working days from 2008 to 2026 none needed
more than six.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]

from behaviours.refusal import Conflict

# ``cn``: as the State Council announces them year by year, make-up weekends included.
# ``weekdays``: Monday to Friday.
CN = "cn"
WEEKDAYS = "weekdays"
CALENDARS = (CN, WEEKDAYS)
CAUTION_DAYS = 8


class NoticeRunning(Conflict):
    """What is on public notice goes on when its last day is over."""


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


def last_working_day(began_on: date, working_days: int, calendar: WorkingDays) -> date:
    """The last of so many working days; the first is the one after ``began_on``."""
    assert working_days >= 0, "nothing ends before it starts"
    day, left, is_known = began_on, working_days, True
    while left > 0:
        day += timedelta(days=1)
        if is_known and not calendar.knows(day.year):
            is_known = False
            left += CAUTION_DAYS
        left -= calendar.is_working_day(day)
    return day


def _is_announced(year: int) -> bool:
    """Whether the installed package holds the State Council's notice for a year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
