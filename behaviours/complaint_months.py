"""Public counts of complaints month by month, in which nobody can be found again.

Of those that were filed in a month three things are told, and each shares out all of them: what
became of them, whether they were answered in time, and whether the authority had them. So every
line of the statement adds up to ``received``.

The rule of small numbers. A number under ``LEAST`` is not told. It could be reckoned from the
others of its month, and from the same number of the other months, because the year's sum is
published: so wherever a line, along the year or within a month, would have a single hidden number,
the smallest of the others is hidden too, until no line has a single one; what the year's counts
hide counts among the hidden of its line. A number of none is told.
Where all that a month received of a kind is under ``LEAST``, nothing of that month and kind is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from behaviours.complaint_statistics import CELLS, LEAST, CellCount, told
from behaviours.complaints import KINDS

# What is told of a month, and how each shares out all that was received in it.
BECAME, ANSWERED, AUTHORITY_HAD = "became", "answered", "authority"
ANSWERED_IN_TIME, ANSWERED_LATE = "in_time", "late"
WAITING, UNANSWERED = "waiting", "ended_without"
ESCALATED, NOT_ESCALATED = "escalated", "not_escalated"
AXES: Final[Mapping[str, tuple[str, ...]]] = {
    BECAME: CELLS,
    ANSWERED: (ANSWERED_IN_TIME, ANSWERED_LATE, WAITING, UNANSWERED),
    AUTHORITY_HAD: (ESCALATED, NOT_ESCALATED),
}
MONTHS: Final = range(1, 13)
Place = TypeVar("Place", int, tuple[int, str])


class MonthCell(NamedTuple):
    """How many of a kind, filed in a month, lie in a cell of an axis."""

    month: int
    kind: str
    axis: str
    cell: str
    complaints: int


class MonthOfKind(NamedTuple):
    """What is told of a kind and a month; None is a number that is not told."""

    month: int
    kind: str
    received: int | None
    axes: Mapping[str, Mapping[str, int | None]]


def told_months(counted: Sequence[MonthCell]) -> list[MonthOfKind]:
    """Every month of every kind, as anybody may read it."""
    numbers = {(each.kind, each.axis, each.month, each.cell): each.complaints for each in counted}
    assert all(each.cell in AXES[each.axis] for each in counted), "a cell of its axis"
    return [told for kind in KINDS for told in _of_kind(kind, numbers)]


def _of_kind(kind: str, numbers: Mapping[tuple[str, str, int, str], int]) -> list[MonthOfKind]:
    tables = {
        axis: {
            month: {cell: numbers.get((kind, axis, month, cell), 0) for cell in cells}
            for month in MONTHS
        }
        for axis, cells in AXES.items()
    }
    received = {month: sum(row.values()) for month, row in tables[BECAME].items()}
    assert all(
        received[month] == sum(table[month].values())
        for table in tables.values()
        for month in MONTHS
    ), "every axis shares out all that was received"
    hidden_months = _hidden_of_line(received)
    of_year = {BECAME: _hidden_of_year(kind, tables[BECAME])}
    shown = {
        axis: _shown(table, hidden_months, of_year.get(axis, frozenset()))
        for axis, table in tables.items()
    }
    return [
        MonthOfKind(
            month,
            kind,
            None if month in hidden_months else received[month],
            {axis: shown[axis][month] for axis in AXES},
        )
        for month in MONTHS
    ]


def _hidden_of_year(kind: str, table: Mapping[int, Mapping[str, int]]) -> frozenset[str]:
    """Cells of which the year's counts do not tell the sum: the months must not tell it either."""
    sums = [CellCount(kind, cell, sum(row[cell] for row in table.values()), None) for cell in CELLS]
    (year,) = [each for each in told([one for one in sums if one.complaints]) if each.kind == kind]
    return frozenset(cell for cell, one in year.cells.items() if one.complaints is None)


def _shown(
    table: Mapping[int, Mapping[str, int]], hidden_months: set[int], of_year: frozenset[str]
) -> dict[int, dict[str, int | None]]:
    """An axis of a kind, over the year, without what is not told."""
    hidden = {
        (month, cell)
        for month, row in table.items()
        for cell, number in row.items()
        if month in hidden_months or 0 < number < LEAST
    }
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for line, is_sum_hidden in _lines(table, of_year):
            if sum(place in hidden for place in line) + is_sum_hidden == 1:
                others = [(line[place], place) for place in line if place not in hidden]
                hidden.add(_least(others))
    return {
        month: {cell: None if (month, cell) in hidden else number for cell, number in row.items()}
        for month, row in table.items()
    }


def _lines(
    table: Mapping[int, Mapping[str, int]], of_year: frozenset[str]
) -> list[tuple[dict[tuple[int, str], int], bool]]:
    """The months of each cell, and the cells of each month, and whether the sum is not told."""
    cells = list(table[MONTHS[0]])
    along = [
        ({(month, cell): table[month][cell] for month in MONTHS}, cell in of_year) for cell in cells
    ]
    within = [({(month, cell): table[month][cell] for cell in cells}, False) for month in MONTHS]
    return along + within


def _least(numbers: Sequence[tuple[int, Place]]) -> Place:
    """The place of the smallest number; of one of none only where there is no other."""
    counted = [each for each in numbers if each[0]] or numbers
    return min(counted)[1]


def _hidden_of_line(received: Mapping[int, int]) -> set[int]:
    """Months of which nothing is told; never a single one, as the year's sum is published."""
    hidden = {month for month, number in received.items() if 0 < number < LEAST}
    if len(hidden) == 1:
        hidden.add(_least([(number, at) for at, number in received.items() if at not in hidden]))
    return hidden
