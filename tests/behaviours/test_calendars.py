"""Calendars: what is supplied of a year goes before what is announced, and two cannot both hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.calendars import (
    ANNOUNCED,
    MOST_DAYS,
    STATED,
    SUPPLIED,
    WEEKDAYS_ONLY,
    CalendarDaysWrong,
    CalendarPublished,
    CalendarYear,
    NewCalendarYear,
    SuppliedDay,
    check_waits,
    days_out_of_line,
    newest,
    one_year_of,
    source_of,
    with_supplied,
    years_of,
)
from behaviours.working_days import CN, WEEKDAYS, WorkingDays

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)
FREE = SuppliedDay(date(2031, 1, 1), False, "元旦")
WORKED = SuppliedDay(date(2031, 1, 4), True, None)


def a_year(number: int = 1, *days: SuppliedDay, published: datetime | None = NOW) -> CalendarYear:
    said = NewCalendarYear(2031, "State Council", days or (FREE, WORKED))
    return CalendarYear(UUID(int=number), said, NOW - timedelta(days=1), published)


def wrong(rows: list[tuple[SuppliedDay, str]]) -> tuple[str, str]:
    """The case, and the place in the rows."""
    with pytest.raises(CalendarDaysWrong) as caught:
        one_year_of(rows)
    return caught.value.case, caught.value.pointer


def test_rows_become_years_with_their_days_in_order() -> None:
    next_year = SuppliedDay(date(2032, 1, 1), False, None)
    found = years_of([(WORKED, "a"), (next_year, "b"), (FREE, "a")])
    assert [(each.year, each.source) for each in found] == [(2031, "a"), (2032, "b")]
    assert found[0].days == (FREE, WORKED)
    assert one_year_of([(FREE, "a")])[0].year == 2031


def test_days_that_contradict_each_other_are_refused_at_their_place() -> None:
    assert wrong([(FREE, "a"), (FREE, "a")]) == ("twice", "/days/1/day")
    assert wrong([(FREE, "a"), (WORKED, "b")]) == ("sources", "/days/1/source")
    assert wrong([(FREE, "a"), (SuppliedDay(date(2032, 1, 1), False, None), "a")])[0] == "years"
    first = date(2031, 1, 1)
    many = [
        (SuppliedDay(first + timedelta(days=at), False, None), "a") for at in range(MOST_DAYS + 1)
    ]
    assert wrong(many) == ("many", f"/days/{MOST_DAYS}/day")
    assert len(one_year_of(many[:MOST_DAYS])[0].days) == MOST_DAYS


def test_a_signature_is_for_these_days_and_no_others() -> None:
    assert a_year(1).verb == a_year(2).verb
    assert a_year(1, FREE).verb != a_year(1).verb
    assert a_year(1, FREE._replace(name="新年")).verb != a_year(1, FREE).verb
    assert a_year().verb.startswith("publish:")


def test_what_was_published_last_holds() -> None:
    earlier, later = a_year(1, published=NOW - timedelta(days=9)), a_year(2)
    waiting = a_year(3, published=None)
    assert newest([later, waiting, earlier]) == {2031: later}
    assert newest([waiting]) == {}


def test_of_two_proposals_that_stand_beside_each_other_one_is_published() -> None:
    waiting = a_year(1, published=None)
    check_waits(waiting, [waiting])
    check_waits(waiting, [a_year(2, published=NOW - timedelta(days=9))])
    with pytest.raises(CalendarPublished) as caught:
        check_waits(waiting, [a_year(2)])
    assert caught.value.case == "overtaken"
    with pytest.raises(CalendarPublished) as caught:
        check_waits(a_year(1), [])
    assert caught.value.case == "published"


def test_supplied_days_go_before_stated_ones() -> None:
    stated = WorkingDays(WEEKDAYS, frozenset({WORKED.day}), frozenset({FREE.day}))
    assert stated.is_working_day(FREE.day)
    assert not stated.is_working_day(WORKED.day)
    supplied = with_supplied(stated, {2031: a_year()})
    assert supplied.is_working_day(WORKED.day)
    assert not supplied.is_working_day(FREE.day)
    assert with_supplied(stated, {}) == stated


def test_a_year_is_known_from_the_nearest_source() -> None:
    plain, announced = WorkingDays(WEEKDAYS), WorkingDays(CN)
    stated = WorkingDays(CN, frozenset({FREE.day}))
    assert source_of(2031, stated, {2031: a_year()}) == SUPPLIED
    assert source_of(2031, stated, {}) == STATED
    assert source_of(2025, announced, {}) == ANNOUNCED
    assert source_of(2025, plain, {}) == WEEKDAYS_ONLY


def test_the_days_of_a_year_that_are_no_ordinary_ones_are_listed_with_their_source() -> None:
    stated = WorkingDays(WEEKDAYS, frozenset({date(2031, 5, 1)}))
    found = days_out_of_line(2031, stated, {2031: a_year()})
    assert [(each.day, each.is_working, each.name, each.source) for each in found] == [
        (FREE.day, False, "元旦", SUPPLIED),
        (WORKED.day, True, None, SUPPLIED),
        (date(2031, 5, 1), False, None, STATED),
    ]
    # 2025: national holidays, and weekends that were worked for them.
    announced = days_out_of_line(2025, WorkingDays(CN), {})
    assert {each.source for each in announced} == {ANNOUNCED}
    assert (date(2025, 10, 1), False) in {(each.day, each.is_working) for each in announced}
    assert any(each.is_working for each in announced)
    assert days_out_of_line(2031, WorkingDays(WEEKDAYS), {}) == []
