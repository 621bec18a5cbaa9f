"""Periods of rankings are civil months and years of the programme."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from behaviours.rankings import period_named, this_month
from behaviours.refusal import Refusal

ZONE = ZoneInfo("Asia/Shanghai")
# In Shanghai it is next year already.
NOW = datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_a_month_and_a_year_end_where_the_next_begins() -> None:
    month, year = (period_named(name, NOW, ZONE) for name in ("2026-12", "2026"))
    assert month[1:] == (date(2026, 12, 1), date(2027, 1, 1))
    assert year[1:] == (date(2026, 1, 1), date(2027, 1, 1))
    assert month.moments(ZONE) == (datetime(2026, 11, 30, 16, tzinfo=UTC), NOW)
    assert this_month(NOW, ZONE) == "2027-01"
    assert period_named("2027-01", NOW, ZONE).first_day == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        *(
            (name, "form")
            for name in ("2026-13", "2026-1", "26-01", "2026-01-01", "２０２６", "", "1999")
        ),
        *((name, "future") for name in ("2027-02", "2028")),
    ],
)
def test_what_is_no_period_or_has_not_begun_is_refused(name: str, case: str) -> None:
    with pytest.raises(Refusal) as refused:
        period_named(name, NOW, ZONE)
    assert (refused.value.code, refused.value.case) == ("RANKING_PERIOD_WRONG", case)
