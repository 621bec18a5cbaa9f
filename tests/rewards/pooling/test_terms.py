"""A verifier's days are working days of the programme's calendar, to the end of the last."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from behaviours.programme import SHIPPED, load_programmes, read_programmes
from behaviours.working_days import CN, WEEKDAYS, WorkingDays
from rewards.pooling.terms import VerifierTerms, verifier_terms

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("calendar", "zone", "seated_at", "accept_by"),
    [
        # A Monday noon: Tuesday to the next Monday, which ends at midnight in Shanghai.
        (WEEKDAYS, SHANGHAI, "2026-03-02T04:00Z", "2026-03-09T16:00Z"),
        # Sunday evening in UTC is Monday in Shanghai.
        (WEEKDAYS, SHANGHAI, "2026-03-01T17:00Z", "2026-03-09T16:00Z"),
        # The Labour Day holiday is left out, and the make-up Saturday counts.
        (CN, SHANGHAI, "2026-04-29T04:00Z", "2026-05-09T16:00Z"),
        # The clock is put forward in between: the day has 23 hours, and still ends at midnight.
        (WEEKDAYS, NEW_YORK, "2026-03-05T15:00Z", "2026-03-13T04:00Z"),
    ],
)
def test_the_days_to_accept(calendar: str, zone: ZoneInfo, seated_at: str, accept_by: str) -> None:
    terms = VerifierTerms(3, 5, 20, WorkingDays(calendar), zone)
    found = terms.accept_by(datetime.fromisoformat(seated_at))
    assert found == datetime.fromisoformat(accept_by)
    assert terms.opinion_by(datetime.fromisoformat(seated_at)) > found


def test_a_day_that_the_programme_takes_off_is_none_of_them() -> None:
    plain = VerifierTerms(3, 5, 20, WorkingDays(WEEKDAYS), SHANGHAI)
    off = plain._replace(calendar=WorkingDays(WEEKDAYS, frozenset({date(2026, 3, 4)})))
    now = datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert (off.accept_by(now) - plain.accept_by(now)).days == 1


def test_the_programme_states_the_days() -> None:
    (shipped,) = load_programmes().versions
    assert verifier_terms(shipped)[:3] == (3, 5, 20)
    text = SHIPPED.read_text(encoding="utf-8").replace(
        "    sampling:\n",
        '    sampling:\n      accept_within_days: "2"\n      opinion_within_days: "7"\n',
    )
    (stated,) = read_programmes(text, "p").versions
    assert verifier_terms(stated)[:3] == (3, 2, 7)
    assert verifier_terms(stated).zone == stated.zone
