"""Who is too young decides by a guardian; no date of birth is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from behaviours.guardians import (
    BY_SERVICE,
    GUARDIAN_LEFT,
    OF_AGE,
    USUAL_CHILDHOOD,
    GuardianDecides,
    Guardianship,
    born_on_of,
    check_decider,
    decides_from,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GUARDIAN, STRANGER = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("born_on", "from_day"),
    [
        (date(2012, 6, 1), date(2026, 6, 1)),
        (date(2012, 6, 2), date(2026, 7, 1)),
        (date(2012, 6, 30), date(2026, 7, 1)),
        (date(2012, 12, 2), date(2027, 1, 1)),
        (date(2012, 2, 29), date(2026, 3, 1)),
        (date(2012, 11, 30), date(2026, 12, 1)),
    ],
)
def test_the_day_that_is_kept_is_the_first_of_a_month_after_the_birthday(born_on, from_day):
    assert decides_from(born_on, 14) == from_day


def test_every_birthday_of_a_month_is_kept_as_one_of_two_days():
    days = {decides_from(date(2013, 5, 1) + timedelta(days=each), 14) for each in range(31)}
    assert days == {date(2027, 5, 1), date(2027, 6, 1)}


def test_the_day_begins_where_the_programme_is():
    assert USUAL_CHILDHOOD.ends(date(2012, 6, 1)) == datetime(2026, 5, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "born_on"),
    [
        ("330102201501011230", date(2015, 1, 1)),
        ("33010220150101123x", date(2015, 1, 1)),
        ("330102201513011230", None),
        ("13800000000", None),
        ("u-330102201501011230", None),
        ("", None),
    ],
)
def test_a_resident_cards_number_tells_the_day(number, born_on):
    assert born_on_of(number) == born_on


def minded(**changes) -> Guardianship:
    told = {
        "guardianship_id": uuid4(),
        "guardian_id": GUARDIAN,
        "text_version": "1",
        "how": BY_SERVICE,
        "began_at": NOW - timedelta(days=9),
        "decides_from": NOW + timedelta(days=9),
        **changes,
    }
    return Guardianship(**told)


def ended(because):
    return minded(ended_at=NOW, ended_because=because)


def test_who_decides():
    over = minded(decides_from=NOW)
    assert check_decider(minded(), GUARDIAN, NOW)
    assert check_decider(None, None, NOW)
    assert check_decider(over, None, NOW)
    assert check_decider(ended(OF_AGE), None, NOW)
    for stranger in (
        (minded(), STRANGER), (None, GUARDIAN), (over, GUARDIAN), (ended(OF_AGE), GUARDIAN),
        (ended(GUARDIAN_LEFT), GUARDIAN),
    ):  # fmt: skip
        assert not check_decider(*stranger, NOW)
    for alone, case in ((minded(), "guarded"), (ended(GUARDIAN_LEFT), "paused")):
        with pytest.raises(GuardianDecides) as refused:
            check_decider(alone, None, NOW)
        assert refused.value.case == case
    assert check_decider(ended(GUARDIAN_LEFT), None, NOW + timedelta(days=9)), "of age by now"
