"""Working days of a public notice, by the calendar that the programme names."""

from __future__ import annotations

from datetime import date

from behaviours.programme import Notice
from behaviours.working_days import last_working_day


def last_notice_day(noticed_on: date, terms: Notice) -> date:
    """The last civil day of the notice; its first working day is the one after ``noticed_on``."""
    return last_working_day(noticed_on, terms.working_days, terms.calendar)
