"""Granting: what caps and debts leave of an award, for one action and for a list of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, strategies as st

from rewards.points.caps import Cap
from rewards.points.earning import Award
from rewards.points.granting import Grant, Granting, room

DAY, NEXT_DAY = date(2026, 3, 10), date(2026, 3, 11)
OPENS, ENDS = datetime(2026, 3, 11, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC)


def an_award(points: int, *, limit: int | None = 100, on: date = DAY, cut: str | None = None):
    caps = () if limit is None else (Cap("own_bag:per_day", limit, on),)
    return Award(points, caps, OPENS, ENDS, cut)


def granted(*points: int, used: int = 0, **debts: int) -> list[Grant]:
    granting = Granting(debts)
    return [granting.grant("ann", an_award(each), (used,)) for each in points]


def test_what_no_cap_limits_is_granted_whole_in_the_lot_of_its_window() -> None:
    (grant,) = granted(46)
    assert (grant.points, grant.limited_by, grant.paid_back) == (46, None, 0)
    assert (grant.available_at, grant.expires_at) == (OPENS, ENDS)


def test_an_award_that_fills_its_cap_exactly_is_not_limited() -> None:
    (grant,) = granted(40, used=60)
    assert (grant.points, grant.limited_by) == (40, None)


def test_what_is_over_the_cap_is_cut_and_the_cap_is_named() -> None:
    (grant,) = granted(41, used=60)
    assert (grant.points, grant.limited_by) == (40, "own_bag:per_day")


def test_a_cap_that_is_used_up_leaves_no_points_and_no_lot() -> None:
    for used in (100, 130):  # More than the limit, when the policy was tightened.
        (grant,) = granted(1, used=used)
        assert (grant.points, grant.limited_by) == (0, "own_bag:per_day")
        assert (grant.available_at, grant.expires_at) == (None, None)


def test_the_actions_of_a_list_share_the_cap_of_their_day() -> None:
    grants = granted(45, 45, 45, 45)
    assert [grant.points for grant in grants] == [45, 45, 10, 0]
    assert [grant.limited_by for grant in grants] == [None, None, *["own_bag:per_day"] * 2]


def test_another_person_another_day_and_another_cap_are_not_touched() -> None:
    granting = Granting()
    assert granting.grant("ann", an_award(100), [0]).points == 100
    assert granting.grant("bob", an_award(100), [0]).points == 100
    assert granting.grant("ann", an_award(100, on=NEXT_DAY), [0]).points == 100
    other = Award(100, [Cap("metro_ride:per_day", 100, DAY)], OPENS, ENDS)
    assert granting.grant("ann", other, [0]).points == 100
    assert granting.grant("ann", an_award(1), [0]).points == 0


def test_an_award_without_a_cap_is_granted_whole() -> None:
    grant = Granting().grant("ann", an_award(10**6, limit=None), [])
    assert (grant.points, grant.caps) == (10**6, ())


WIDER = (
    Cap("own_bag:per_day", 100, DAY),
    Cap("own_bag:per_month", 150, DAY.replace(day=1)),
    Cap("programme:per_month", 1_000, DAY.replace(day=1)),
)


def test_what_leaves_least_cuts_and_is_named_and_all_are_counted() -> None:
    granting = Granting()
    first = granting.grant("ann", Award(90, WIDER, OPENS, ENDS), [0, 100, 0])
    assert (first.points, first.limited_by) == (50, "own_bag:per_month")
    # The next day has a cap of its own, the month none left.
    later = WIDER[0]._replace(period_start=NEXT_DAY), *WIDER[1:]
    again = granting.grant("ann", Award(90, later, OPENS, ENDS), [0, 100, 0])
    assert (again.points, again.limited_by) == (0, "own_bag:per_month")
    # What another behaviour brings shares the programme's alone, of which fifty are used.
    other = Award(2_000, WIDER[2:], OPENS, ENDS)
    assert granting.grant("ann", other, [0]).points == 950


def test_the_limit_of_a_single_action_is_still_named_when_the_day_leaves_room() -> None:
    award = an_award(30, cut="own_bag:per_event")
    assert Granting().grant("ann", award, [0]).limited_by == "own_bag:per_event"
    assert Granting().grant("ann", award, [90]).limited_by == "own_bag:per_day"


def test_new_points_pay_back_what_is_owed_before_they_are_kept() -> None:
    grants = granted(30, 30, 30, ann=50)
    assert [grant.paid_back for grant in grants] == [30, 20, 0]
    assert [grant.points for grant in grants] == [30, 30, 30]


def test_a_debt_is_paid_from_what_the_cap_leaves() -> None:
    grants = granted(80, 80, ann=500)
    assert [(grant.points, grant.paid_back) for grant in grants] == [(80, 80), (20, 20)]


@given(
    st.integers(0, 120),
    st.integers(0, 200),
    st.lists(st.tuples(st.sampled_from(["ann", "bob"]), st.integers(0, 60)), max_size=12),
)
def test_nobody_gets_more_than_the_cap_nor_pays_more_than_the_debt(
    used: int, debt: int, wanted: list[tuple[str, int]]
) -> None:
    granting = Granting({"ann": debt})
    grants = [(person, granting.grant(person, an_award(each), [used])) for person, each in wanted]
    for person in ("ann", "bob"):
        points = sum(grant.points for who, grant in grants if who == person)
        assert points == min(
            sum(each for who, each in wanted if who == person), room(Cap("x", 100, DAY), used)
        )
        paid_back = sum(grant.paid_back for who, grant in grants if who == person)
        assert paid_back == (min(debt, points) if person == "ann" else 0)
    assert all((grant.points > 0) == (grant.available_at is not None) for _, grant in grants)
    assert all(0 <= grant.paid_back <= grant.points for _, grant in grants)
