"""A number that leads to a person changes with notice; a home changes on a day; a factor counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.homes import (
    CORRECTED,
    MOVED,
    Home,
    MovedBefore,
    MovedInFuture,
    RegionUnchanged,
    Telling,
    leave_region,
)
from behaviours.identity_change import (
    ASKED,
    CONTESTED,
    LAPSED,
    REPLACED,
    IdentityChange,
    IdentityChangeEnded,
    IdentityChangeWaits,
    IdentityEvidenceDiffers,
    IdentityNoticeRuns,
    NewIdentity,
)
from behaviours.second_factor import MOST_WRONG, SecondFactor, WrongCode

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NEW = NewIdentity("33010", b"file", REPLACED, "The card was replaced.")
WAITING = IdentityChange(
    NEW.asked(UUID(int=1), UUID(int=2), b"bound", UUID(int=3), NOW, DAY), (), None, None
)


def test_of_a_new_number_only_what_binds_it_is_kept() -> None:
    asked = WAITING.asked
    assert asked.bound_digest == b"bound"
    assert NEW.identity not in map(str, asked)
    assert asked.notice_until == NOW + DAY


def test_a_change_waits_for_the_notice_and_then_for_a_second_person_and_not_for_ever() -> None:
    assert WAITING.lapses_at(WEEK) == NOW + DAY + WEEK
    assert WAITING.state(NOW, WEEK) == ASKED
    assert WAITING.state(NOW + DAY + WEEK, WEEK) == LAPSED
    with pytest.raises(IdentityNoticeRuns):
        WAITING.check_signable(NOW, WEEK)
    WAITING.check_signable(NOW + DAY, WEEK)
    with pytest.raises(IdentityChangeEnded) as caught:
        WAITING.check_signable(NOW + DAY + WEEK, WEEK)
    assert caught.value.facts == {"state": LAPSED}


def test_nobody_asks_for_another_change_beside_one_that_waits() -> None:
    with pytest.raises(IdentityChangeWaits):
        WAITING.check_over(NOW, WEEK)
    WAITING.check_over(NOW + DAY + WEEK, WEEK)
    contested = WAITING._replace(ended=CONTESTED, ended_at=NOW)
    contested.check_over(NOW, WEEK)
    with pytest.raises(IdentityChangeEnded):
        contested.check_waits(NOW, WEEK)


def test_two_people_have_read_the_same_number_in_the_same_file() -> None:
    WAITING.check_same(bound_digest=b"bound", evidence_sha256=b"file")
    for bound, file, pointer in (
        (b"x", b"file", "/identity"),
        (b"bound", b"x", "/evidence_sha256"),
    ):
        with pytest.raises(IdentityEvidenceDiffers) as caught:
            WAITING.check_same(bound_digest=bound, evidence_sha256=file)
        assert caught.value.pointer == pointer


HOME = Home("CN-330100", date(2026, 1, 10))
TOLD = Telling("person", NOW, date(2026, 6, 1))


def test_a_home_holds_until_the_day_of_the_move_or_never_held_where_it_was_wrong() -> None:
    moved = leave_region(HOME, "CN-330200", date(2026, 5, 1), change_id=UUID(int=1), told=TOLD)
    assert (moved.lived_from, moved.lived_until, moved.reason) == (
        HOME.since,
        date(2026, 5, 1),
        MOVED,
    )
    corrected = leave_region(HOME, "CN-330200", None, change_id=UUID(int=1), told=TOLD)
    assert (corrected.lived_from, corrected.lived_until) == (HOME.since, HOME.since)
    assert (corrected.reason, corrected.told_by) == (CORRECTED, "person")


@pytest.mark.parametrize(
    ("region", "day", "refusal"),
    [
        ("CN-330100", None, RegionUnchanged),
        ("CN-330200", date(2026, 6, 2), MovedInFuture),
        ("CN-330200", date(2026, 1, 9), MovedBefore),
    ],
)
def test_nobody_moves_to_where_they_are_tomorrow_or_before_they_came(
    region: str, day: date | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        leave_region(HOME, region, day, change_id=UUID(int=1), told=TOLD)


def test_a_code_is_taken_once_and_none_before_it_afterwards() -> None:
    factor = SecondFactor(UUID(int=1), 100, wrong_codes=3)
    taken = factor.take(101)
    assert taken == SecondFactor(UUID(int=1), 101)
    for step, case in ((None, "wrong"), (100, "used"), (99, "used")):
        refused = factor.take(step)
        assert isinstance(refused, WrongCode)
        assert refused.case == case


def test_whoever_guesses_on_is_seen_until_a_code_on_paper_comes() -> None:
    factor = SecondFactor(UUID(int=1), 100, wrong_codes=MOST_WRONG - 1)
    assert not factor.is_tried_too_often
    locked = factor.after_wrong()
    assert locked.is_tried_too_often
    assert not locked.recovered().is_tried_too_often
