"""The schedule of retention: what a programme may state, and from which day something is due."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from behaviours.programme import InvalidProgramme
from behaviours.retention import (
    CODES,
    FOR_EVER,
    KEPT_ANSWERS,
    KINDS,
    PLACES,
    QUOTA_DAYS,
    TOMBSTONES,
    RetentionPeriod,
    schedule,
)
from behaviours.retention_due import ago, due_before
from tests.builders.programmes import stating

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Noon of 31 March in Shanghai.
NOW = datetime(2026, 3, 31, 4, tzinfo=UTC)


def terms(**parts: str):
    return stating(**parts).versions[0].retention


def test_what_is_not_stated_has_its_usual_time() -> None:
    stated = terms(retention="{codes: 30 days}")
    assert stated.periods[CODES] == RetentionPeriod(30, "days")
    others = {kind: stated.periods[kind] for kind in KINDS if kind != CODES}
    assert others == {kind: each.usual for kind, each in KINDS.items() if kind != CODES}
    assert all(
        each.least.least_hours <= each.usual.least_hours <= each.most.least_hours
        for each in KINDS.values()
    )


def test_what_is_stated_elsewhere_is_told_as_it_is_there() -> None:
    stated = terms(
        people='{clawback_months: "24", debt_months: "24", tombstone_months: "60"}',
        checks='{impossible_speed: {km_per_hour: "900", keep_places_days: "2"}}',
    )
    assert stated.periods[TOMBSTONES] == RetentionPeriod(60, "months")
    assert stated.periods[PLACES] == RetentionPeriod(2, "days")
    # It was worked out when it was written: it is due at its own moment.
    assert due_before(stated, PLACES, NOW, SHANGHAI) == NOW


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("{codes: soon}", "soon"),
        ("{codes: 1.5 days}", "1.5"),
        ("{codes: -1 days}", "-1"),
        ("{codes: 01 days}", "01"),
        ("{codes: 0 days}", "1 days"),
        ("{codes: 20 years}", "2 years"),
        ("{kept_answers: 23 hours}", "24 hours"),
        ("{action: 10 years}", "action"),
        ("{places: 1 days}", "places"),
        ("{books: 10 years}", "books"),
    ],
    ids=lambda each: each.strip("{}").replace(": ", "-"),
)
def test_what_is_no_period_or_out_of_bounds_is_refused(stated: str, says: str) -> None:
    with pytest.raises(InvalidProgramme) as refused:
        stating(retention=stated)
    assert refused.value.facts["field"].startswith(("versions[0].retention", "retention"))
    assert says in repr(refused.value.facts)


def test_hours_and_days_are_durations_and_months_civil() -> None:
    assert ago(RetentionPeriod(24, "hours"), NOW, SHANGHAI) == datetime(2026, 3, 30, 4, tzinfo=UTC)
    assert ago(RetentionPeriod(1, "days"), NOW, SHANGHAI) == datetime(2026, 3, 30, 4, tzinfo=UTC)
    # 28 February has begun at 16:00 UTC of the day before.
    assert ago(RetentionPeriod(1, "months"), NOW, SHANGHAI) == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert ago(RetentionPeriod(10, "years"), NOW, SHANGHAI) == datetime(2016, 3, 30, 16, tzinfo=UTC)


def test_the_schedule_names_every_kind_with_a_time_or_a_reason() -> None:
    lines = {line.kind: line for line in schedule(terms())}
    assert lines.keys() == {*KINDS, *FOR_EVER}
    assert str(lines[KEPT_ANSWERS].period) == "24 hours"
    assert all((line.period is None) == (line.because is not None) for line in lines.values())
    assert lines[QUOTA_DAYS].after == "day_over"
