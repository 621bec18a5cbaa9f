"""Civil time: days that lie end to end in every zone, and durations that are of real time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, strategies as st

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.judging import judge
from behaviours.actions.shipped import load_rulebook
from behaviours.actions.uniqueness import first_collisions
from behaviours.civil_time import (
    civil_day,
    day_ends_at,
    instant,
    lies_within,
    moments_shown_as,
    month_end,
    months_later,
    start_of_day,
)

NEW_YORK, URUMQI, HAVANA = (
    ZoneInfo(name) for name in ("America/New_York", "Asia/Urumqi", "America/Havana")
)
# Of the last years: before 2012 Newfoundland put its clocks back over midnight, and a day came in
# two pieces.
DAYS = st.dates(date(2012, 1, 1), date(2037, 12, 30))
# Naive on purpose: what clocks show.
READINGS = st.datetimes(datetime(2012, 1, 2), datetime(2037, 12, 30))  # noqa: DTZ001
MOMENTS = READINGS.map(lambda reading: reading.replace(tzinfo=UTC))
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


@given(MOMENTS, ZONES)
def test_a_moment_lies_in_its_day(moment: datetime, zone: ZoneInfo) -> None:
    day = civil_day(moment, zone)
    assert start_of_day(day, zone) <= moment < day_ends_at(day, zone)


@given(DAYS, ZONES)
def test_days_lie_end_to_end(day: date, zone: ZoneInfo) -> None:
    start, end = start_of_day(day, zone), day_ends_at(day, zone)
    assert end == start_of_day(day + timedelta(days=1), zone)
    assert timedelta(hours=20) <= end - start <= timedelta(hours=28)
    assert civil_day(start, zone) == civil_day(end - timedelta(microseconds=1), zone) == day
    assert start.tzinfo is end.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 8), 23), (date(2026, 7, 1), 24), (date(2026, 11, 1), 25)],
)
def test_a_day_has_the_hours_that_its_clock_gives_it(day: date, hours: int) -> None:
    assert day_ends_at(day, NEW_YORK) - start_of_day(day, NEW_YORK) == timedelta(hours=hours)
    assert day_ends_at(day, URUMQI) - start_of_day(day, URUMQI) == timedelta(hours=24)


def test_a_day_whose_midnight_is_skipped_or_comes_twice_begins_once() -> None:
    # Havana goes from midnight to one in spring and from one to midnight in autumn.
    assert start_of_day(date(2026, 3, 8), HAVANA) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert start_of_day(date(2026, 11, 1), HAVANA) == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_new_year_is_not_everywhere_at_once() -> None:
    moment = datetime(2025, 12, 31, 17, tzinfo=UTC)
    zones = ("Asia/Shanghai", "Asia/Urumqi", "America/New_York")
    assert [civil_day(moment, ZoneInfo(name)).year for name in zones] == [2026, 2025, 2025]


@given(DAYS, st.integers(0, 240))
def test_a_month_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and later == month_end(later))
    assert (month_end(day) + timedelta(days=1)).day == 1


@given(READINGS, ZONES)
def test_a_clock_shows_a_time_never_once_or_twice(wall: datetime, zone: ZoneInfo) -> None:
    found = moments_shown_as(wall, zone)
    assert len(found) <= 2
    assert found == sorted(found)
    assert all(one.astimezone(zone).replace(tzinfo=None) == wall for one in found)


@given(MOMENTS, ZONES)
def test_a_moment_is_among_those_of_its_reading(moment: datetime, zone: ZoneInfo) -> None:
    assert moment in moments_shown_as(moment.astimezone(zone).replace(tzinfo=None), zone)


def test_the_skipped_hour_and_the_doubled_one() -> None:
    def shown(*wall: int) -> int:
        return len(moments_shown_as(datetime(*wall), NEW_YORK))  # type: ignore[arg-type] # noqa: DTZ001

    assert [shown(2026, 3, 8, 2, 30), shown(2026, 11, 1, 1, 30), shown(2026, 7, 1, 1)] == [0, 2, 1]


# Hours of the day


def local(*wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, fold=fold, tzinfo=NEW_YORK)  # type: ignore[arg-type, misc]


def within(start: datetime, end: datetime, first: int, last: int) -> bool:
    return lies_within(start, end, first=time(first), last=time(last), zone=NEW_YORK)


def test_a_night_is_seven_or_nine_hours_when_the_clock_is_moved() -> None:
    spring = (local(2026, 3, 7, 22), local(2026, 3, 8, 6))
    autumn = (local(2026, 10, 31, 22), local(2026, 11, 1, 6))
    assert [instant(end) - instant(start) for start, end in (spring, autumn)] == [
        timedelta(hours=7),
        timedelta(hours=9),
    ]
    assert within(*spring, 22, 6)
    assert within(*autumn, 22, 6)
    # Eight hours of real time end at seven of the spring morning.
    assert not within(spring[0], instant(spring[0]) + timedelta(hours=8), 22, 6)
    assert within(autumn[0], instant(autumn[0]) + timedelta(hours=9), 22, 6)
    assert not within(autumn[0], instant(autumn[0]) + timedelta(hours=9, seconds=1), 22, 6)


def test_hours_that_end_in_the_doubled_hour_end_with_its_second() -> None:
    assert within(local(2026, 11, 1, 0, 30), local(2026, 11, 1, 1, 0, fold=1), 0, 1)
    assert not within(local(2026, 11, 1, 0, 30), local(2026, 11, 1, 1, 1, fold=1), 0, 1)


@given(MOMENTS, st.integers(0, 600), ZONES, st.integers(0, 23), st.integers(0, 23))
def test_hours_are_the_same_whatever_zone_a_moment_is_written_in(
    start: datetime, minutes: int, zone: ZoneInfo, first: int, last: int
) -> None:
    end = start + timedelta(minutes=minutes)
    asked = {"first": time(first), "last": time(last), "zone": zone}
    there = (start.astimezone(zone), end.astimezone(zone))
    assert lies_within(start, end, **asked) == lies_within(*there, **asked)


# Actions that an app reports with times of one zone


def a_ride(number: str, start: datetime, end: datetime) -> Action:
    return Action(
        participant_id="p",
        provider_id="prv",
        behaviour="metro_ride",
        external_id=number,
        occurred_at=start,
        ended_at=end,
        region="CN-44",
        quantities={"trips": "1"},
        evidence={"ride_id": number},
    )


def test_rides_of_the_doubled_hour_are_ordered_by_real_time() -> None:
    rides = [
        a_ride("first", local(2026, 11, 1, 1, 10), local(2026, 11, 1, 1, 40)),
        # The same by the wall clock, an hour later.
        a_ride("second", local(2026, 11, 1, 1, 10, fold=1), local(2026, 11, 1, 1, 40, fold=1)),
        # Backwards by the wall clock, fifteen minutes long.
        a_ride("third", local(2026, 11, 1, 1, 50), local(2026, 11, 1, 1, 5, fold=1)),
        # An hour and a half long, though the clock shows half an hour.
        a_ride("fourth", local(2026, 11, 1, 1, 15), local(2026, 11, 1, 1, 45, fold=1)),
    ]
    now = datetime(2026, 11, 2, tzinfo=UTC)
    judged = judge(load_rulebook(), rides, now=now, zone=NEW_YORK)
    accepted = [each for each in judged if isinstance(each, AcceptedAction)]
    assert len(accepted) == 4, judged
    collisions = first_collisions(accepted)
    assert [each is None for each in collisions] == [True, True, True, False]


def test_the_longest_ride_is_measured_in_real_hours() -> None:
    """Twelve hours at most: on the night of the change the clock shows eleven or thirteen."""
    now = datetime(2026, 11, 2, tzinfo=UTC)
    start = local(2026, 10, 31, 22)
    answers = judge(
        load_rulebook(),
        [
            a_ride("eleven by the clock", start, local(2026, 11, 1, 9)),
            a_ride("twelve by the clock", start, local(2026, 11, 1, 10)),
        ],
        now=now,
        zone=NEW_YORK,
    )
    assert isinstance(answers[0], AcceptedAction)
    assert not isinstance(answers[1], AcceptedAction)
