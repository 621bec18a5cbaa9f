"""Working days of a public notice, by the calendar that the programme names.

The State Council announces the holidays of a year in the autumn before. A notice that reaches into
a year which is not announced yet, or which the installed calendar does not know, counts Monday to
Friday there and takes ``CAUTION_DAYS`` of them more: so it is never shorter than it would be by
the calendar that comes. Of all notices of up to thirty working days from 2008 to 2026 none needed
more than six.
"""

from __future__ import annotations

from datetime import date, timedelta

from behaviours.programme import Notice
from behaviours.working_days import WorkingDays

CAUTION_DAYS = 8


def last_notice_day(noticed_on: date, terms: Notice) -> date:
    """The last civil day of the notice; its first working day is the one after ``noticed_on``."""
    return last_working_day(noticed_on, terms.working_days, terms.calendar)


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
