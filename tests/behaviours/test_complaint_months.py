"""What is told of months adds up, and no number that is hidden can be reckoned from the others."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from behaviours.complaint_months import (
    ANSWERED,
    ANSWERED_IN_TIME,
    ANSWERED_LATE,
    AUTHORITY_HAD,
    AXES,
    BECAME,
    ESCALATED,
    MONTHS,
    NOT_ESCALATED,
    MonthCell,
    told_months,
)
from behaviours.complaint_statistics import LEAST, CellCount, told as told_of_year
from behaviours.complaints import CORRECT, KINDS, OTHER, REFUSE

NUMBERS = st.sampled_from([0, 0, 1, 3, LEAST - 1, LEAST, 9, 40])


def cells(kind: str, month: int, correct: int, refuse: int, late: int) -> list[MonthCell]:
    received = correct + refuse
    late = min(late, received)
    shares = {
        (BECAME, CORRECT): correct,
        (BECAME, REFUSE): refuse,
        (ANSWERED, ANSWERED_LATE): late,
        (ANSWERED, ANSWERED_IN_TIME): received - late,
        (AUTHORITY_HAD, ESCALATED): late,
        (AUTHORITY_HAD, NOT_ESCALATED): received - late,
    }
    return [
        MonthCell(month, kind, axis, cell, number)
        for (axis, cell), number in shares.items()
        if number
    ]


def test_large_numbers_are_told_and_each_line_adds_up():
    told = told_months([*cells(OTHER, 3, 20, 30, 10), *cells(OTHER, 4, 7, 8, 5)])
    march, april = (each for each in told if each.kind == OTHER and each.month in (3, 4))
    assert (march.received, april.received) == (50, 15)
    for month in (march, april):
        for axis in AXES:
            assert sum(month.axes[axis].values()) == month.received
    assert march.axes[ANSWERED] == {
        "in_time": 40, "late": 10, "waiting": 0, "ended_without": 0
    }  # fmt: skip
    assert march.axes[AUTHORITY_HAD] == {"escalated": 10, "not_escalated": 40}


def test_a_small_month_is_hidden_whole_and_so_is_another_by_which_it_could_be_reckoned():
    counted = [cell for month in MONTHS for cell in cells(OTHER, month, 20, 30 + month, 10)]
    counted = [each for each in counted if each.month != 5] + cells(OTHER, 5, 2, 1, 0)
    told = {each.month: each for each in told_months(counted) if each.kind == OTHER}
    assert [month for month in MONTHS if told[month].received is None] == [1, 5]
    for month in (1, 5):
        assert {value for axis in told[month].axes.values() for value in axis.values()} == {None}


def test_none_at_all_is_told():
    told = told_months([])
    assert {each.kind for each in told} == set(KINDS)
    assert all(each.received == 0 for each in told)


def of_year(counted, cell):
    """What the counts of the year tell of a cell."""
    number = sum(each.complaints for each in counted if (each.axis, each.cell) == (BECAME, cell))
    received = sum(each.complaints for each in counted if each.axis == BECAME)
    other = CellCount(OTHER, CORRECT if cell == REFUSE else REFUSE, received - number, None)
    both = [each for each in (CellCount(OTHER, cell, number, None), other) if each.complaints]
    if cell not in (CORRECT, REFUSE):
        return 0 if received == 0 or received >= LEAST else None
    (year,) = [each for each in told_of_year(both) if each.kind == OTHER]
    return year.cells[cell].complaints


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=12, max_size=12))
def test_no_line_has_a_single_hidden_number(year):
    counted = [
        cell for month, numbers in zip(MONTHS, year, strict=True)
        for cell in cells(OTHER, month, *numbers)
    ]  # fmt: skip
    truth = {(each.month, each.axis, each.cell): each.complaints for each in counted}
    told = {each.month: each for each in told_months(counted) if each.kind == OTHER}
    for axis, names in AXES.items():
        for cell in names:
            column = [told[month].axes[axis][cell] for month in MONTHS]
            if axis == BECAME:
                column.append(of_year(counted, cell))
            assert column.count(None) != 1
        for month in MONTHS:
            row = told[month].axes[axis]
            assert list(row.values()).count(None) != 1
            for cell, number in row.items():
                assert number in (None, truth.get((month, axis, cell), 0))
                assert number is None or number == 0 or number >= LEAST
    received = [told[month].received for month in MONTHS]
    assert received.count(None) != 1
