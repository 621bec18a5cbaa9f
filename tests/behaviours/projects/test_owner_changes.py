"""Whose the days of a period are, and what is signed when a project changes hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from behaviours.projects.designed import DaySpan, civil_year
from behaviours.projects.owner_change import (
    ACCEPTED,
    BY_DAY,
    CONFIRMED,
    FORMER,
    NEXT,
    PROPOSED,
    RUNNING,
    OwnedDays,
    OwnerChange,
    OwnerChangeEarly,
    OwnerChangeLate,
    OwnerChangeStateConflict,
    OwnerShare,
    owners_of,
    shares_of,
)

A, B, C = (UUID(int=number) for number in (1, 2, 3))
NOW = datetime(2027, 3, 1, tzinfo=UTC)
PERIOD = DaySpan(date(2024, 7, 1), date(2025, 7, 1))


def change(
    former: UUID, following: UUID, on: date, running: str = BY_DAY, *, number: int = 1
) -> OwnerChange:
    return OwnerChange(C, number, former, following, on, running, ("aa",), CONFIRMED, A, NOW, NOW)


def test_without_a_change_every_day_is_the_present_owners() -> None:
    assert owners_of(PERIOD, [], A) == [OwnedDays(A, PERIOD)]
    waits = replace(change(A, B, date(2024, 10, 1)), state=ACCEPTED)
    assert owners_of(PERIOD, [waits], A) == [OwnedDays(A, PERIOD)]


@pytest.mark.parametrize("running", RUNNING)
def test_a_period_before_or_after_the_day_is_one_owners_whatever_the_act_says(running: str) -> None:
    before = change(A, B, PERIOD.starts_on, running)
    assert owners_of(PERIOD, [before], B) == [OwnedDays(B, PERIOD)]
    after = change(A, B, PERIOD.ends_before, running)
    assert owners_of(PERIOD, [after], B) == [OwnedDays(A, PERIOD)]


def test_e14_the_running_period_is_whose_the_act_says_or_split_by_day() -> None:
    on = date(2024, 10, 1)
    assert owners_of(PERIOD, [change(A, B, on, FORMER)], B) == [OwnedDays(A, PERIOD)]
    assert owners_of(PERIOD, [change(A, B, on, NEXT)], B) == [OwnedDays(B, PERIOD)]
    owned = owners_of(PERIOD, [change(A, B, on)], B)
    assert owned == [
        OwnedDays(A, DaySpan(PERIOD.starts_on, on)),
        OwnedDays(B, DaySpan(on, PERIOD.ends_before)),
    ]
    # 92 days of each in 2024: 464 t are halved; of 2025 the former owner has none.
    assert shares_of(464, owned, civil_year(2024)) == [OwnerShare(A, 232), OwnerShare(B, 232)]
    assert shares_of(452, owned, civil_year(2025)) == [OwnerShare(B, 452)]
    assert shares_of(1, owned, civil_year(2024)) == [OwnerShare(A, 1)]


def test_of_several_changes_in_one_period_the_later_one_counts() -> None:
    first = change(A, B, date(2024, 8, 1))
    back = change(B, A, date(2024, 9, 1), number=2)
    owned = owners_of(PERIOD, [first, back], A)
    assert [each.owner_id for each in owned] == [A, B, A]
    # 31 July days, 31 of August, 122 to the end of the year: A has 153 of 184.
    assert shares_of(184, owned, civil_year(2024)) == [OwnerShare(A, 153), OwnerShare(B, 31)]
    whole = change(B, C, date(2024, 9, 1), NEXT, number=2)
    assert owners_of(PERIOD, [first, whole], C) == [OwnedDays(C, PERIOD)]


def test_it_is_confirmed_on_its_first_day_and_over_no_issued_day() -> None:
    accepted = replace(change(A, B, date(2027, 1, 1)), state=ACCEPTED)
    told = {"issued_before": date(2027, 1, 1), "now": NOW}
    assert accepted.confirmed(today=date(2027, 1, 1), **told).state == CONFIRMED
    with pytest.raises(OwnerChangeEarly):
        accepted.confirmed(today=date(2026, 12, 31), **told)
    with pytest.raises(OwnerChangeLate):
        accepted.confirmed(today=date(2027, 1, 1), issued_before=date(2027, 1, 2), now=NOW)
    with pytest.raises(OwnerChangeStateConflict):
        replace(accepted, state=PROPOSED).confirmed(today=date(2027, 1, 1), **told)


def test_what_is_signed_is_every_word_of_it() -> None:
    one = change(A, B, date(2027, 1, 1))
    others = [
        replace(one, number=2),
        replace(one, next_id=C),
        replace(one, effective_on=date(2027, 1, 2)),
        replace(one, running=FORMER),
        replace(one, papers=("aa", "bb")),
    ]
    assert len({each.signed_digest for each in [one, *others]}) == 6
