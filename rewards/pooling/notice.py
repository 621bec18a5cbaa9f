"""Working days of a public notice.

A working day is Monday to Friday. Public holidays and the working weekends that make up for them
are not known here (the State Council announces them year by year), so a notice across a holiday
should be given more days by the operator.
"""

from __future__ import annotations

from datetime import date, timedelta


def last_notice_day(noticed_on: date, working_days: int) -> date:
    """The last civil day of the notice; its first working day is the one after ``noticed_on``."""
    assert working_days >= 0, "a notice does not end before it starts"
    day = noticed_on
    while working_days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            working_days -= 1
    return day
