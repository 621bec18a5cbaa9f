"""What a dwelling saved is shared by the parts of its day, to the mg."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given, strategies as st

from behaviours.households import (
    BY_SELF,
    WHOLE,
    HouseholdHistory,
    HouseholdVersion,
    HouseholdWanted,
    propose,
    without,
)

ANN, BOB, CLEO = (UUID(int=number) for number in (1, 2, 3))
HOME = UUID(int=10)
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)
NEXT = DAY + timedelta(1)


def agreed(
    number: int, *parts: tuple[UUID, int], held: HouseholdHistory | None = None, after: int = 0
) -> list[HouseholdVersion]:
    """What changes when all have agreed to these parts, so many days after the first day."""
    now, today = AT + timedelta(after), DAY + timedelta(after)
    had = held or HouseholdHistory()
    (first, _), *others = parts
    wanted = HouseholdWanted(HOME, "1", parts)
    ids, waits = (HOME, UUID(int=number)), timedelta(14)
    asked = propose(ids, wanted, first, had, now=now, today=today, waits=waits)
    changed: list[HouseholdVersion] = [asked]
    for who, _ in others:
        open_now = HouseholdHistory([*had.versions, changed[-1]])
        changed = open_now.agree(asked.version_id, who, BY_SELF, now=now, today=today)
    return changed


def shares(history: HouseholdHistory, day: date, saved_mg: int) -> dict[UUID, int] | None:
    found = history.on(day)
    return found.shares_of(saved_mg) if found else None


def test_parts_hold_from_the_day_after_the_last_agreed_and_are_those_of_that_day():
    first = agreed(20, (ANN, 5_000), (BOB, 5_000))
    history = HouseholdHistory(first)
    assert shares(history, DAY, 10) is None
    assert shares(history, NEXT, 10) == {ANN: 5, BOB: 5}
    changed = agreed(21, (ANN, 2_000), (BOB, 3_000), (CLEO, 5_000), held=history, after=4)
    later = HouseholdHistory(changed)
    assert shares(later, NEXT, 10) == shares(later, DAY + timedelta(4), 10) == {ANN: 5, BOB: 5}
    assert shares(later, DAY + timedelta(5), 10) == {ANN: 2, BOB: 3, CLEO: 5}


def test_who_leaves_has_a_share_of_that_day_and_nobody_has_one_of_the_next():
    made = agreed(20, (ANN, 7_500), (BOB, 2_500))
    left = HouseholdHistory(without(made, [BOB], AT + timedelta(3), DAY + timedelta(3)))
    assert shares(left, DAY + timedelta(3), 8) == {ANN: 6, BOB: 2}
    assert shares(left, DAY + timedelta(4), 8) is None


def test_what_is_not_fixed_holds_on_no_day():
    waits = agreed(20, (ANN, 5_000), (BOB, 5_000))[-1:]
    unfixed = propose(
        (HOME, UUID(int=21)),
        HouseholdWanted(HOME, "1", [(ANN, 4_000), (BOB, 6_000)]),
        ANN,
        HouseholdHistory(waits),
        now=AT,
        today=DAY,
        waits=timedelta(14),
    )
    assert not any(unfixed.holds_on(DAY + timedelta(days)) for days in range(-1, 30))


def test_who_goes_with_a_version_has_none_of_it():
    held = HouseholdHistory(agreed(20, (ANN, 4_000), (BOB, 3_000), (CLEO, 3_000)))
    without_cleo = agreed(21, (ANN, 5_000), (BOB, 5_000), (CLEO, 0), held=held)
    assert shares(HouseholdHistory(without_cleo), NEXT, 1_001) == {ANN: 501, BOB: 500}


def test_of_equal_remainders_the_lowest_id_has_the_last_mg_whoever_proposed_it():
    for order in ((ANN, BOB, CLEO), (CLEO, BOB, ANN)):
        halves = agreed(20, *((who, {CLEO: 5_000}.get(who, 2_500)) for who in order))[-1]
        assert halves.shares_of(2) == {ANN: 1, BOB: 0, CLEO: 1}
        assert halves.shares_of(0) == {ANN: 0, BOB: 0, CLEO: 0}


@given(st.integers(0, 10**15), st.lists(st.integers(1, WHOLE // 20), min_size=1, max_size=19))
def test_d10_the_shares_are_the_whole_and_each_is_within_one_mg_of_the_exact_part(
    saved_mg: int, some: list[int]
) -> None:
    parts = [*some, WHOLE - sum(some)]
    people = [(UUID(int=at + 1), part) for at, part in enumerate(parts)]
    mg = agreed(20, *people)[-1].shares_of(saved_mg)
    assert sum(mg.values()) == saved_mg
    for who, part in people:
        assert abs(mg[who] * WHOLE - saved_mg * part) < WHOLE
