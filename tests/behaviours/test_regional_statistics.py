"""Counts by region add up, and what few people did cannot be reckoned from them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given, strategies as st

from behaviours.regional_statistics import (
    AreaTotal,
    MonthCount,
    MonthNotCounted,
    RegionSum,
    check_counted,
    last_whole_month,
    table_of,
)
from behaviours.statistics_terms import LEAST

HANGZHOU, NINGBO, WENZHOU, ZHEJIANG = "CN-330100", "CN-330200", "CN-330300", "CN-33"
REGIONS = (HANGZHOU, NINGBO, WENZHOU, ZHEJIANG, "CN-440100", "CN-44", "CN-11")
BEHAVIOURS = ("bus_ride", "clean_plate", "metro_ride")


def counted(region: str, behaviour: str, people: int, actions: int | None = None) -> MonthCount:
    many = people if actions is None else actions
    return MonthCount(region, behaviour, many, many * 1_000, people)


@st.composite
def months(draw: st.DrawFn) -> list[MonthCount]:
    keys = draw(
        st.sets(st.tuples(st.sampled_from(REGIONS), st.sampled_from(BEHAVIOURS)), min_size=1)
    )
    found = []
    for region, behaviour in sorted(keys):
        people = draw(st.integers(1, 2 * LEAST))
        found.append(counted(region, behaviour, people, people + draw(st.integers(0, 9))))
    return found


@given(months(), st.sampled_from([None, ZHEJIANG, "CN-44", "CN-11"]))
def test_parts_add_up_to_their_area_and_behaviours_to_their_region(
    month: list[MonthCount], area: str | None
) -> None:
    table = table_of(month, area, least=0)
    inside = [each for each in month if area is None or each.region.startswith(area)]
    assert table.whole.total == sum_of(inside)
    assert total(table.parts) == (table.whole.total.actions, table.whole.total.saved_mg)
    for part in table.parts:
        mine = [
            each
            for each in inside
            if (each.region == part.region if area else each.region.startswith(part.region))
        ]
        assert part.total == sum_of(mine)
        assert {name: each.actions for name, each in part.behaviours.items() if each} == by(mine)


@given(months(), st.sampled_from([None, ZHEJIANG, "CN-44"]), st.sampled_from([LEAST, LEAST + 3]))
def test_nothing_that_few_did_is_told_and_no_sum_has_one_hidden_member(
    month: list[MonthCount], area: str | None, least: int
) -> None:
    table = table_of(month, area, least=least)
    exact = table_of(month, area, least=0)
    for row, truth in zip((table.whole, *table.parts), (exact.whole, *exact.parts), strict=True):
        for told, real in (
            (row.total, truth.total),
            *((row.behaviours[name], truth.behaviours[name]) for name in truth.behaviours),
        ):
            assert told is None or (told == real and (told.people >= least or told == AreaTotal()))
        if row.behaviours:
            assert_not_alone([row.total, *row.behaviours.values()])
    if table.parts:
        assert_not_alone([table.whole.total, *(each.total for each in table.parts)])
        if area is not None:
            for name in table.whole.behaviours:
                assert_not_alone([
                    table.whole.behaviours[name],
                    *(each.behaviours[name] for each in table.parts if name in each.behaviours),
                ])  # fmt: skip


def test_with_one_small_city_the_next_smallest_is_hidden_too() -> None:
    month = [
        counted(HANGZHOU, "metro_ride", 100),
        counted(NINGBO, "metro_ride", 20),
        counted(WENZHOU, "metro_ride", LEAST - 1),
    ]
    parts = {each.region: each.total for each in table_of(month, ZHEJIANG).parts}
    assert parts[HANGZHOU] == AreaTotal(100, 100_000, 100)
    assert parts[NINGBO] is None, "100 and 124 would tell 4"
    assert parts[WENZHOU] is None
    assert table_of(month, ZHEJIANG).whole.total == AreaTotal(124, 124_000, 100)
    # The same seen from the city, and from everywhere.
    assert table_of(month, NINGBO).whole == RegionSum(NINGBO, None, {"metro_ride": None})
    assert table_of(month, None).whole.total == AreaTotal(124, 124_000, 100)


def test_a_city_has_itself_and_a_month_without_anything_is_nothing() -> None:
    month = [counted(HANGZHOU, "metro_ride", 50), counted(HANGZHOU, "bus_ride", 9)]
    table = table_of(month, HANGZHOU)
    assert table.parts == []
    assert table.whole.total == AreaTotal(59, 59_000, 50)
    assert table_of(month, "CN-440100").whole == RegionSum("CN-440100", AreaTotal(), {})
    assert table_of([], None).whole.total == AreaTotal()


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 10, 31), date(2026, 10, 1)),
        (date(2026, 10, 30), date(2026, 9, 1)),
        (date(2026, 11, 1), date(2026, 10, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2026, 2, 28), date(2026, 2, 1)),
    ],
)
def test_a_month_is_told_when_its_last_day_is_counted(day: date, month: date) -> None:
    last = last_whole_month(day)
    assert last == month
    check_counted(month, last)
    with pytest.raises(MonthNotCounted) as caught:
        check_counted(date(2027, 1, 1), last)
    assert caught.value.facts["last"] == f"{month:%Y-%m}"
    with pytest.raises(MonthNotCounted):
        check_counted(month, None)


def assert_not_alone(line: list[AreaTotal | None]) -> None:
    """A sum and its members: one that is hidden alone can be reckoned from the others."""
    assert sum(each is None for each in line) != 1


def sum_of(month: list[MonthCount]) -> AreaTotal:
    return AreaTotal(
        sum(each.actions for each in month),
        sum(each.saved_mg for each in month),
        max((each.people for each in month), default=0),
    )


def by(month: list[MonthCount]) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for each in month:
        found[each.behaviour] += each.actions
    return dict(found)


def total(parts: list[RegionSum]) -> tuple[int, int]:
    sums = [each.total for each in parts if each.total]
    return sum(each.actions for each in sums), sum(each.saved_mg for each in sums)
