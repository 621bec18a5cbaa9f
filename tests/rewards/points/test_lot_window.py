"""From when until when points are good, day by day of the calendar and zone by zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from behaviours.civil_time import civil_day, months_later
from rewards.points.balance import last_good_day
from rewards.points.lot_window import GoodFor, lot_window

CHINA, UTC_ZONE = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HAVANA, KATHMANDU = ZoneInfo("America/Havana"), ZoneInfo("Asia/Kathmandu")
ZONES = (CHINA, UTC_ZONE, BERLIN, NEW_YORK, HAVANA, KATHMANDU)


def to_end(months: int, to_month_end: bool) -> GoodFor:
    return GoodFor(months, end_of="month" if to_month_end else None)


@pytest.mark.parametrize(
    ("earned_on", "months", "to_month_end", "last_good"),
    [
        (date(2026, 1, 15), 1, False, date(2026, 2, 15)),
        (date(2026, 1, 15), 1, True, date(2026, 2, 28)),
        (date(2026, 1, 31), 1, False, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, False, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, False, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, False, date(2032, 2, 29)),
        (date(2027, 2, 28), 12, False, date(2028, 2, 28)),
        (date(2027, 2, 28), 12, True, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, False, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, True, date(2027, 1, 31)),
        (date(2026, 4, 30), 1, False, date(2026, 5, 30)),
        (date(2026, 4, 30), 1, True, date(2026, 5, 31)),
        (date(2096, 2, 29), 48, False, date(2100, 2, 28)),
        (date(2026, 3, 10), 119, True, date(2036, 2, 29)),
        # Ten years and no day more.
        (date(2026, 3, 10), 120, True, date(2036, 3, 10)),
    ],
)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_last_good_day_is_the_same_in_every_zone(
    zone: ZoneInfo, earned_on: date, months: int, to_month_end: bool, last_good: date
) -> None:
    _, expires_at = lot_window(earned_on, zone, 1, to_end(months, to_month_end))
    assert last_good_day(expires_at, zone) == last_good
    assert civil_day(expires_at, zone) == last_good + timedelta(days=1)


@pytest.mark.parametrize(
    ("earned_on", "validity", "last_good"),
    [
        (date(2026, 3, 10), GoodFor(days=90), date(2026, 6, 8)),
        (date(2028, 2, 28), GoodFor(days=1), date(2028, 2, 29)),
        (date(2026, 3, 10), GoodFor(days=90, end_of="month"), date(2026, 6, 30)),
        (date(2026, 3, 31), GoodFor(days=1, end_of="quarter"), date(2026, 6, 30)),
        (date(2026, 3, 30), GoodFor(days=1, end_of="quarter"), date(2026, 3, 31)),
        (date(2026, 11, 15), GoodFor(1, end_of="quarter"), date(2026, 12, 31)),
        (date(2026, 1, 31), GoodFor(1, end_of="quarter"), date(2026, 3, 31)),
        (date(2026, 1, 1), GoodFor(12, end_of="year"), date(2027, 12, 31)),
        (date(2026, 12, 31), GoodFor(days=1, end_of="year"), date(2027, 12, 31)),
        # Ten years and no day more, whatever period that cuts short.
        (date(2026, 3, 10), GoodFor(120, end_of="year"), date(2036, 3, 10)),
        (date(2026, 3, 10), GoodFor(110, end_of="year"), date(2035, 12, 31)),
        (date(2024, 2, 29), GoodFor(days=3_652, end_of="quarter"), date(2034, 2, 28)),
    ],
)
@pytest.mark.parametrize("zone", [CHINA, NEW_YORK], ids=str)
def test_days_quarters_and_years_are_those_of_the_programme(
    zone: ZoneInfo, earned_on: date, validity: GoodFor, last_good: date
) -> None:
    _, expires_at = lot_window(earned_on, zone, 0, validity)
    assert last_good_day(expires_at, zone) == last_good


@pytest.mark.parametrize(
    ("hold_days", "available_on"),
    [
        (0, date(2028, 2, 28)),
        (1, date(2028, 2, 29)),
        (2, date(2028, 3, 1)),
        (366, date(2029, 2, 28)),
    ],
)
def test_a_hold_counts_days_of_the_calendar_and_29_february_is_one(
    hold_days: int, available_on: date
) -> None:
    available_at, _ = lot_window(date(2028, 2, 28), CHINA, hold_days, GoodFor(24))
    assert civil_day(available_at, CHINA) == available_on


@pytest.mark.parametrize(
    ("zone", "earned_on", "moment"),
    [
        (CHINA, date(2026, 3, 10), datetime(2026, 3, 10, 16, tzinfo=UTC)),
        (UTC_ZONE, date(2026, 3, 10), datetime(2026, 3, 11, tzinfo=UTC)),
        (KATHMANDU, date(2026, 3, 10), datetime(2026, 3, 10, 18, 15, tzinfo=UTC)),
        # The day after the clock was put forward begins an hour earlier than the day before.
        (BERLIN, date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (BERLIN, date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (NEW_YORK, date(2026, 10, 31), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (NEW_YORK, date(2026, 11, 1), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        # In Havana the clock skips from midnight to one: the day begins at one.
        (HAVANA, date(2026, 3, 7), datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ],
)
def test_points_are_available_from_the_first_moment_of_the_next_civil_day(
    zone: ZoneInfo, earned_on: date, moment: datetime
) -> None:
    available_at, _ = lot_window(earned_on, zone, 1, GoodFor(12, end_of="month"))
    assert available_at == moment
    assert civil_day(available_at - timedelta(microseconds=1), zone) == earned_on


@given(
    st.sampled_from(ZONES),
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    st.integers(0, 60),
    st.integers(3, 120),
    st.booleans(),
)
def test_a_later_day_never_has_an_earlier_window(
    zone: ZoneInfo, day: date, hold_days: int, months: int, to_month_end: bool
) -> None:
    opens, ends = lot_window(day, zone, hold_days, to_end(months, to_month_end))
    opens_next, ends_next = lot_window(
        day + timedelta(days=1), zone, hold_days, to_end(months, to_month_end)
    )
    assert opens < opens_next
    assert ends <= ends_next
    assert opens < ends
    assert last_good_day(ends, zone) >= months_later(day, months)


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_to_the_month_end_a_whole_month_shares_one_expiry(zone: ZoneInfo, day: date) -> None:
    first = day.replace(day=1)
    ends = {lot_window(each, zone, 1, GoodFor(12, end_of="month"))[1] for each in (first, day)}
    assert len(ends) == 1


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_moments_are_told_in_utc(zone: ZoneInfo) -> None:
    window = lot_window(date(2026, 10, 24), zone, 1, GoodFor(12))
    assert [moment.tzinfo for moment in window] == [UTC, UTC]
