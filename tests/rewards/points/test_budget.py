"""Budgets: what each award is paid by the published rule, and that not a point is lost or made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.viewer import Viewer
from rewards.points.budget import (
    CLOSE,
    CLOSED,
    OPEN,
    PROPOSED,
    PUBLISH,
    SLOTS,
    WITHDRAW,
    Budget,
    BudgetBeginsTooSoon,
    BudgetFunds,
    BudgetStage,
    BudgetStateConflict,
    BudgetWrong,
    NewBudget,
    Pot,
    put_back,
    slots_of,
    stage_sizes,
)
from rewards.points.caps import Cap
from rewards.points.earning import Award
from rewards.points.granting import Granting

ONE, OTHER, SPONSOR = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST, LAST, CLOSES = date(2027, 1, 10), date(2027, 1, 20), date(2027, 2, 20)
NOW = datetime(2027, 1, 9, 15, tzinfo=UTC)
HALF = (BudgetStage(60, 100), BudgetStage(40, 50))


def said(
    points: int = 6_400, stages: tuple[BudgetStage, ...] = HALF, **changes: object
) -> NewBudget:
    made = NewBudget(
        "预算", "Budget", SPONSOR, ("own_bag",), None, FIRST, LAST, CLOSES, points, stages
    )
    return made._replace(**changes)


def proposed(**changes: object) -> Budget:
    return Budget(ONE, said(**changes), PROPOSED, NOW)  # type: ignore[arg-type]


def pots(left: list[int], stages: tuple[BudgetStage, ...], budget_id: UUID = ONE) -> dict[Pot, int]:
    return {
        Pot(budget_id, at, stage.pays_percent): points
        for at, (points, stage) in enumerate(zip(left, stages, strict=True))
    }


@st.composite
def rules(draw: st.DrawFn) -> tuple[BudgetStage, ...]:
    """Any rule that may be published."""
    count = draw(st.integers(1, 4))
    pays = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    borders = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    shares = [after - before for before, after in pairwise([0, *borders, 100])]
    return tuple(map(BudgetStage, shares, [100, *reversed(pays)]))


@given(st.integers(1, 10**12), rules())
def test_stages_and_their_parts_are_all_of_the_points(
    points: int, stages: tuple[BudgetStage, ...]
) -> None:
    sizes = stage_sizes(points, stages)
    assert sum(sizes) == points
    assert all(
        abs(size * 100 - points * stage.share_percent) < 100
        for size, stage in zip(sizes, stages, strict=True)
    )
    for size in sizes:
        parts = slots_of(size)
        assert (len(parts), sum(parts)) == (SLOTS, size)
        assert max(parts) - min(parts) <= 1


def by_the_rule(points: int, left: list[int], stages: tuple[BudgetStage, ...]) -> list[int]:
    """What each stage pays, one point of the award after the other: the published rule as it reads.

    A stage pays so many points as its percentage of what was brought before it comes to.
    """
    paid, brought = [0] * len(stages), 0
    for at, stage in enumerate(stages):
        brought, seen = 0, points
        for _ in range(seen):
            if paid[at] == left[at]:
                break
            brought, points = brought + 1, points - 1
            paid[at] = min(left[at], brought * stage.pays_percent // 100)
        if paid[at] < left[at]:
            break
    return paid


@given(st.data(), rules(), st.lists(st.integers(1, 300), min_size=1, max_size=25))
def test_any_awards_and_reversals_leave_what_the_rule_says(
    data: st.DataObject, stages: tuple[BudgetStage, ...], awards: list[int]
) -> None:
    total = data.draw(st.integers(100 * SLOTS, 200 * SLOTS)) // 8
    sizes = stage_sizes(total, stages)
    left, standing = list(sizes), list[int]()
    for points in awards:
        expected = by_the_rule(points, left, stages)
        funds = BudgetFunds(pots(left, stages))
        paid = funds.pay(points, [ONE])
        assert paid is not None
        assert [funds.taken.get(pot, 0) for pot in pots(left, stages)] == expected
        assert (paid.points, paid.is_cut) == (sum(expected), sum(expected) < points)
        left = [was - part for was, part in zip(left, expected, strict=True)]
        standing.append(paid.points)
        if data.draw(st.booleans()):
            back = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            into = put_back(back, left, sizes)
            left = [was + part for was, part in zip(left, into, strict=True)]
        # Nothing is lost, nothing is made, and no stage holds more than its share.
        assert sum(left) + sum(standing) == total
        assert all(0 <= there <= size for there, size in zip(left, sizes, strict=True))
    # What is given back last was paid last: with everything back all of it is there.
    assert put_back(sum(standing), left, sizes) == [
        size - there for size, there in zip(sizes, left, strict=True)
    ]


def test_the_last_point_goes_to_somebody_and_then_nothing() -> None:
    funds = BudgetFunds(pots([70], (BudgetStage(100, 100),)))
    answers = [funds.pay(50, [ONE]) for _ in range(3)]
    assert [each and (each.points, each.is_cut) for each in answers] == [
        (50, False),
        (20, True),
        (0, True),
    ]


def test_the_budget_that_pays_most_pays_and_the_earlier_of_equals() -> None:
    funds = BudgetFunds({Pot(ONE, 0, 100): 30, Pot(OTHER, 0, 100): 90})
    paid = [funds.pay(40, [ONE, OTHER]) for _ in range(4)]
    assert [each and (each.budget_id, each.points) for each in paid] == [
        (OTHER, 40),
        (OTHER, 40),
        (ONE, 30),
        (OTHER, 10),
    ]


def test_what_no_open_budget_covers_is_not_limited_by_one() -> None:
    award = Award(40, (), NOW, NOW.replace(year=2028))
    granting = Granting({}, BudgetFunds(pots([10], (BudgetStage(100, 100),))))
    assert granting.grant("ann", award, [], [OTHER])[:3] == (40, 0, None)
    cut = granting.grant("ann", award, [], [ONE])
    assert (cut.points, cut.limited_by, cut.budget_id) == (10, f"budget:{ONE.hex}", ONE)


def test_a_cap_comes_first_and_counts_what_the_budget_paid() -> None:
    cap = Cap("own_bag:per_day", 60, FIRST)
    award = Award(50, [cap], NOW, NOW.replace(year=2028))
    granting = Granting({"ann": 5}, BudgetFunds(pots([45, 20], HALF)))
    first = granting.grant("ann", award, [0], [ONE])
    # 45 in full, and half of the other five.
    assert (first.points, first.limited_by, first.paid_back) == (47, f"budget:{ONE.hex}", 5)
    second = granting.grant("ann", award, [0], [ONE])
    # The cap leaves 13, of which the budget pays half.
    assert (second.points, second.limited_by) == (6, f"budget:{ONE.hex}")


def test_steps_are_taken_in_their_order_and_published_before_the_first_day() -> None:
    opened = proposed().move(PUBLISH, now=NOW, today=date(2027, 1, 9))
    assert (opened.state, opened.left, opened.awarded) == (OPEN, (3840, 2560), 0)
    closed = opened.move(CLOSE, now=NOW, today=CLOSES)
    assert (closed.state, closed.returned_points, closed.left) == (CLOSED, 6_400, ())
    for one, step in ((opened, PUBLISH), (opened, WITHDRAW), (closed, CLOSE), (proposed(), CLOSE)):
        with pytest.raises(BudgetStateConflict):
            one.move(step, now=NOW, today=date(2027, 1, 9))
    with pytest.raises(BudgetBeginsTooSoon):
        proposed().move(PUBLISH, now=NOW, today=FIRST)


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({"ends_on": date(2027, 1, 9)}, "period"),
        ({"closes_on": LAST}, "closes"),
        ({"stages": (BudgetStage(100, 99),)}, "first"),
        ({"stages": (BudgetStage(50, 100), BudgetStage(50, 100))}, "falling"),
        ({"stages": (BudgetStage(50, 100), BudgetStage(49, 50))}, "shares"),
        ({"points": 77}, "small"),
    ],
)
def test_what_does_not_hold_together_is_refused(changes: dict[str, object], case: str) -> None:
    with pytest.raises(BudgetWrong) as refused:
        said(**changes).check()  # type: ignore[arg-type]
    assert refused.value.case == case
    said(points=78).check()


def test_a_budget_is_read_by_its_sponsor_its_city_and_the_province() -> None:
    city = proposed(region="CN-330100")
    readers = {
        Viewer("operator", None): True,
        Viewer("operator", None, area="CN-330100"): True,
        Viewer("operator", None, area="CN-330200"): False,
        Viewer("enterprise", SPONSOR): True,
        Viewer("enterprise", OTHER): False,
    }
    assert {viewer: city.is_for(viewer) for viewer in readers} == readers
    # What is for all of the programme is not one city's to manage.
    assert not proposed().is_for(Viewer("authority", None, area="CN-330100"))
