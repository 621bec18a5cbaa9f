"""Public counts of complaints, in which nobody can be found again.

The cells of a kind share out all that were received. One of fewer than ``LEAST`` people is not
told; nor is, where only one were hidden, the next smallest, by which it could be reckoned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from behaviours.complaints import KINDS, LEFT, OUTCOMES, WITHDRAWN

LEAST: Final = 5
IN_TIME, OVERDUE = "in_time", "overdue"
CELLS: Final = (IN_TIME, OVERDUE, *OUTCOMES, WITHDRAWN, LEFT)


class CellCount(NamedTuple):
    """How many of a kind lie in a cell, and the median of civil days from filing to the end."""

    kind: str
    cell: str
    complaints: int
    median_days: int | None


class Cell(NamedTuple):
    """What is told; None is fewer than ``LEAST``, or would tell such a number."""

    complaints: int | None
    median_days: int | None


class KindCounts(NamedTuple):
    """The counts of one kind; ``received`` is None when they are too few."""

    kind: str
    received: int | None
    cells: Mapping[str, Cell]


def told(counted: Sequence[CellCount]) -> list[KindCounts]:
    """Every kind with every cell, as anybody may read them."""
    return [_told(kind, [each for each in counted if each.kind == kind]) for kind in KINDS]


def _told(kind: str, counted: Sequence[CellCount]) -> KindCounts:
    by_cell = {each.cell: each for each in counted}
    assert by_cell.keys() <= set(CELLS), by_cell.keys()
    received = sum(each.complaints for each in counted)
    hidden = _hidden(counted, received)
    cells = {
        cell: Cell(None, None)
        if cell in hidden
        else Cell(by_cell[cell].complaints, by_cell[cell].median_days)
        if cell in by_cell
        else Cell(0, None)
        for cell in CELLS
    }
    return KindCounts(kind, None if 0 < received < LEAST else received, cells)


def _hidden(counted: Sequence[CellCount], received: int) -> set[str]:
    if 0 < received < LEAST:
        # Not even which cells are empty.
        return set(CELLS)
    ordered = sorted(counted, key=lambda each: each.complaints)
    hidden = [each.cell for each in ordered if each.complaints < LEAST]
    if len(hidden) == 1:
        hidden = [each.cell for each in ordered[:2]]
    return set(hidden)
