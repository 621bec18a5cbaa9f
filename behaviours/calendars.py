"""Calendars: which days of a year are holidays or made-up working days, as it is published.

A year comes with the installed package once the State Council has announced it and a release took
it in. Until then, or where a programme knows better, it is supplied here: two people sign the days
of a year with their source, and what was published last of a year goes before everything else.
Clocks that run already keep their day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.working_days import WorkingDays

# What is signed, and for what.
CALENDAR, PUBLISH = "calendar", "publish"
# A year and its half: more is no calendar of holidays.
MOST_DAYS: Final = 150
# From where the days of a year are known.
SUPPLIED, STATED, ANNOUNCED, WEEKDAYS_ONLY = "supplied", "stated", "announced", "weekdays"
SOURCES: Final = (SUPPLIED, STATED, ANNOUNCED, WEEKDAYS_ONLY)


class UnknownCalendar(UnknownId):
    """There is no proposal of this id."""

    cases = ("calendar",)


class CalendarPublished(Conflict):
    """This proposal was published, or another of its year after it."""

    cases = ("published", "overtaken")


class CalendarDaysWrong(Invalid):
    """``twice``: a day stands there twice; ``sources``: a year has more than one source; ``many``:
    more days than a year has of these; ``years``: days of two years, where one is proposed."""

    cases = ("twice", "sources", "many", "years")


class SuppliedDay(NamedTuple):
    """A day on which nobody works, or on which everybody does though it is a weekend."""

    day: date
    is_working: bool
    name: str | None


class NewCalendarYear(NamedTuple):
    """The days of a year as they are proposed, and who announced them where."""

    year: int
    source: str
    days: tuple[SuppliedDay, ...]


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A proposal of the days of a year; ``published_at`` None: it awaits a signature."""

    calendar_id: UUID
    said: NewCalendarYear
    proposed_at: datetime
    published_at: datetime | None

    @property
    def year(self) -> int:
        return self.said.year

    @property
    def verb(self) -> str:
        """What is signed: these days and no others."""
        days = [[each.day.isoformat(), each.is_working, each.name] for each in self.said.days]
        content = json.dumps([self.year, self.said.source, days], ensure_ascii=False)
        return f"{PUBLISH}:{hashlib.sha256(content.encode()).hexdigest()}"


class DayOfYear(NamedTuple):
    """A day that is no ordinary one: a weekday that is free, or a weekend that is not."""

    day: date
    is_working: bool
    name: str | None
    source: str


def one_year_of(rows: Sequence[tuple[SuppliedDay, str]]) -> list[NewCalendarYear]:
    """The one year that these days are of. Raises CalendarDaysWrong."""
    years = years_of(rows, members="days")
    if len(years) > 1:
        raise CalendarDaysWrong("years", pointer="/days", year=years[0].year, other=years[1].year)
    return years


def years_of(
    rows: Sequence[tuple[SuppliedDay, str]], *, members: str = "rows"
) -> list[NewCalendarYear]:
    """The years that rows tell of, each day with its source. Raises CalendarDaysWrong."""
    by_year: dict[int, dict[date, SuppliedDay]] = {}
    sources: dict[int, str] = {}
    for at, (day, source) in enumerate(rows):
        year = day.day.year
        days = by_year.setdefault(year, {})
        if day.day in days:
            raise CalendarDaysWrong(
                "twice", pointer=f"/{members}/{at}/day", day=day.day.isoformat()
            )
        if sources.setdefault(year, source) != source:
            raise CalendarDaysWrong("sources", pointer=f"/{members}/{at}/source", year=year)
        days[day.day] = day
        if len(days) > MOST_DAYS:
            raise CalendarDaysWrong(
                "many", pointer=f"/{members}/{at}/day", year=year, most=MOST_DAYS
            )
    return [
        NewCalendarYear(year, sources[year], tuple(days[each] for each in sorted(days)))
        for year, days in sorted(by_year.items())
    ]


def newest(years: Iterable[CalendarYear]) -> dict[int, CalendarYear]:
    """What was published last of each year."""
    published = [(each.published_at, each) for each in years if each.published_at is not None]
    in_order = sorted(published, key=lambda each: (each[0], each[1].calendar_id))
    return {each.year: each for _, each in in_order}


def check_waits(one: CalendarYear, others: Iterable[CalendarYear]) -> None:
    """Whether a proposal can still be published: two that stood beside each other cannot both be.

    Raises CalendarPublished.
    """
    if one.published_at is not None:
        raise CalendarPublished("published", year=one.year)
    last = newest(others).get(one.year)
    if last is not None and last.published_at is not None and last.published_at > one.proposed_at:
        raise CalendarPublished("overtaken", year=one.year)


def with_supplied(calendar: WorkingDays, years: Mapping[int, CalendarYear]) -> WorkingDays:
    """The calendar in which supplied days go before all others."""
    days = [each for year in years.values() for each in year.said.days]
    free = frozenset(each.day for each in days if not each.is_working)
    worked = frozenset(each.day for each in days if each.is_working)
    return WorkingDays(
        calendar.name,
        (calendar.holidays - worked) | free,
        (calendar.workdays - free) | worked,
    )


def source_of(year: int, calendar: WorkingDays, years: Mapping[int, CalendarYear]) -> str:
    """From where most is known of a year, of a calendar without what was supplied."""
    if year in years:
        return SUPPLIED
    if any(day.year == year for day in calendar.holidays | calendar.workdays):
        return STATED
    return ANNOUNCED if calendar.announces(year) else WEEKDAYS_ONLY


def days_out_of_line(
    year: int, calendar: WorkingDays, years: Mapping[int, CalendarYear]
) -> list[DayOfYear]:
    """The days of a year that are no ordinary ones, each with its source."""
    now = with_supplied(calendar, years)
    supplied = {each.day: each for each in (years[year].said.days if year in years else ())}
    stated = calendar.holidays | calendar.workdays
    found = []
    for number in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(number)
        works = now.is_working_day(day)
        if works == (day.weekday() < 5) and day not in supplied:
            continue
        source = SUPPLIED if day in supplied else STATED if day in stated else ANNOUNCED
        name = supplied[day].name if day in supplied else None
        found.append(DayOfYear(day, works, name, source))
    return found
