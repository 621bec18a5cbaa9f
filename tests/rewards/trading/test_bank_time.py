"""Bank time: a span ends with its last bank day, by the calendar as it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from behaviours.payment_terms import UNSTATED, PaymentTerms
from behaviours.working_days import CN, WEEKDAYS, WorkingDays
from rewards.trading.terms import TradeTerms
from tests.builders.trading import trade_terms

ZONE = ZoneInfo("Asia/Shanghai")
# Any second of four years; the calendar of the last one may not be announced.
MOMENTS = st.integers(0, 4 * 365 * 86_400).map(
    lambda second: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
THREE = PaymentTerms(3, 2, 10)


def by(calendar: WorkingDays, payments: PaymentTerms = THREE) -> TradeTerms:
    return TradeTerms(timedelta(minutes=30), payments, calendar, ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("ordered", "until"),
    [
        # Monday: Tuesday, Wednesday, Thursday.
        ("2026-07-06T09:00", "2026-07-10T00:00"),
        ("2026-07-06T23:59", "2026-07-10T00:00"),
        # Friday and the weekend: Monday, Tuesday, Wednesday.
        ("2026-07-10T09:00", "2026-07-16T00:00"),
        ("2026-07-11T09:00", "2026-07-16T00:00"),
        # 1 to 8 October 2025 are holidays: 9, 10 and the made-up Saturday 11 October.
        ("2025-09-30T15:00", "2025-10-12T00:00"),
    ],
)
def test_three_bank_days_by_the_calendar_of_the_state_council(ordered: str, until: str) -> None:
    assert by(WorkingDays(CN)).pay_until(at(ordered)) == at(until)


def test_the_programmes_own_holidays_are_no_bank_days() -> None:
    free = WorkingDays(WEEKDAYS, frozenset({date(2026, 7, 8)}))
    assert by(free).pay_until(at("2026-07-06T09:00")) == at("2026-07-11T00:00")
    worked = WorkingDays(WEEKDAYS, workdays=frozenset({date(2026, 7, 11)}))
    assert by(worked).pay_until(at("2026-07-09T09:00")) == at("2026-07-14T00:00")


def test_a_day_is_that_of_the_programmes_zone() -> None:
    # 23:30 on Sunday in Greenwich is Monday in Shanghai: Tuesday is the first bank day.
    late = datetime(2026, 7, 5, 23, 30, tzinfo=UTC)
    assert by(WorkingDays(WEEKDAYS)).pay_until(late) == at("2026-07-10T00:00")


def test_each_clock_runs_by_its_own_days() -> None:
    terms, paid_at = by(WorkingDays(WEEKDAYS)), at("2026-07-06T09:00")
    assert terms.look_by(paid_at) == at("2026-07-09T00:00")
    assert terms.confirm_by(paid_at) == at("2026-07-21T00:00")


@given(MOMENTS)
def test_a_version_that_states_no_bank_days_means_what_it_meant(now: datetime) -> None:
    terms = trade_terms(timedelta(minutes=30), UNSTATED)
    assert terms.pay_until(now) == now + timedelta(minutes=30)
    assert (terms.look_by(now), terms.confirm_by(now)) == (None, None)


@given(
    MOMENTS,
    st.integers(1, 30),
)
def test_as_many_bank_days_are_whole_as_were_promised(now: datetime, days: int) -> None:
    calendar = WorkingDays(CN)
    until = by(calendar, PaymentTerms(days)).pay_until(now).astimezone(ZONE)
    assert (until.hour, until.minute) == (0, 0)
    begin, end = now.astimezone(ZONE).date(), until.date()
    between = [begin + timedelta(days=n) for n in range(1, (end - begin).days)]
    whole = sum(calendar.is_working_day(each) for each in between)
    # Of a year that is not announced some more are given; never fewer.
    assert whole >= days
    if all(calendar.knows(each.year) for each in between):
        assert whole == days
        assert calendar.is_working_day(between[-1])
