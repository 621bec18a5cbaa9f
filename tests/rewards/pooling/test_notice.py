"""Public notice: working days by the national calendar, and with care where it is not announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, strategies as st

from behaviours.programme import Notice
from behaviours.working_days import CAUTION_DAYS, CN, WEEKDAYS, WorkingDays
from rewards.pooling.notice import last_notice_day

NATIONAL, PLAIN = WorkingDays(CN), WorkingDays(WEEKDAYS)
# The State Council's notices that the package holds.
ANNOUNCED = st.dates(date(2008, 1, 1), date(2026, 10, 1))


def ends(noticed_on: date, working_days: int, calendar: WorkingDays = NATIONAL) -> date:
    return last_notice_day(noticed_on, Notice(working_days, calendar))


def test_a_notice_counts_working_days_after_the_day_it_was_given() -> None:
    friday = date(2026, 7, 3)
    assert ends(friday, 7) == ends(friday, 7, PLAIN) == date(2026, 7, 14)
    assert ends(friday, 0) == friday


@pytest.mark.parametrize(
    ("noticed_on", "working_days", "last"),
    [
        # National Day and Mid-Autumn 2025: 1 to 8 October off, Sunday 28 September and Saturday
        # 11 October worked.
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2025-09-30", 5, "2025-10-14"),
        # National Day 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-30", 3, "2026-10-10"),
        # Spring Festival 2026: 15 to 23 February off, Saturdays 14 and 28 February worked.
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 7, "2026-03-02"),
    ],
)
def test_holidays_do_not_count_and_make_up_weekends_do(
    noticed_on: str, working_days: int, last: str
) -> None:
    assert ends(date.fromisoformat(noticed_on), working_days) == date.fromisoformat(last)


def test_a_programme_states_days_that_its_calendar_lacks() -> None:
    typhoon = replace(NATIONAL, holidays=frozenset({date(2026, 7, 6)}))
    assert ends(date(2026, 7, 3), 1, typhoon) == date(2026, 7, 7)
    worked = replace(PLAIN, workdays=frozenset({date(2026, 7, 4)}))
    assert ends(date(2026, 7, 3), 1, worked) == date(2026, 7, 4)


def test_a_year_that_is_not_announced_takes_more_days() -> None:
    assert not NATIONAL.knows(2100)
    new_year = date(2099, 12, 31)
    assert ends(new_year, 5) == ends(new_year, 5 + CAUTION_DAYS, PLAIN)
    # Only a notice that reaches into such a year.
    assert ends(date(2026, 11, 25), 5) == date(2026, 12, 2)


def test_a_year_whose_days_are_stated_is_known() -> None:
    eve = date(2099, 12, 31)
    stated = WorkingDays(CN, frozenset({date(2100, 1, 1)}), frozenset({eve}))
    assert stated.knows(2100)
    assert ends(
        date(2099, 12, 30), 2, replace(stated, workdays=frozenset({date(2099, 12, 31)}))
    ) == (date(2100, 1, 4))


@given(noticed_on=ANNOUNCED, working_days=st.integers(1, 30))
def test_care_is_never_shorter_than_the_calendar_that_came(
    noticed_on: date, working_days: int
) -> None:
    with_care = ends(noticed_on, working_days + CAUTION_DAYS, PLAIN)
    assert with_care >= last_of(noticed_on, working_days)


def last_of(noticed_on: date, working_days: int) -> date:
    """The last day found the other way: by counting back from every later day."""
    day = noticed_on
    while worked_between(noticed_on, day) < working_days:
        day += timedelta(days=1)
    return day


def worked_between(noticed_on: date, day: date) -> int:
    span = (day - noticed_on).days
    return sum(is_worked(noticed_on + timedelta(days=passed)) for passed in range(1, span + 1))


@cache
def is_worked(day: date) -> bool:
    return NATIONAL.is_working_day(day)


@given(noticed_on=ANNOUNCED, working_days=st.integers(1, 20))
def test_a_notice_ends_on_the_working_day_that_completes_it(
    noticed_on: date, working_days: int
) -> None:
    last = ends(noticed_on, working_days)
    if last.year <= 2026:
        assert NATIONAL.is_working_day(last)
        assert worked_between(noticed_on, last) == working_days
