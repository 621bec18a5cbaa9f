"""Splitting ranges of tonnes: what is taken and what is left partition what was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rewards.registry.refusals import NotEnoughUnits


class Range(NamedTuple):
    """Tonnes ``first`` up to, not including, ``end``."""

    first: int
    end: int

    @property
    def quantity_t(self) -> int:
        return self.end - self.first


class Taking(NamedTuple):
    """How much of the range at ``position`` is taken: its head, and the rest if there is one."""

    position: int
    taken: Range
    rest: Range | None


def take(ranges: Sequence[Range], quantity_t: int) -> list[Taking]:
    """Take whole tonnes from the ranges in their order, from the head of each.

    Raises NotEnoughUnits when they hold less together. Nothing is ever taken from a range that is
    not needed, and a range that is needed whole is not split.
    """
    assert quantity_t > 0, "at least one tonne is taken"
    missing_t = quantity_t
    takings = []
    for position, each in enumerate(ranges):
        part_t = min(missing_t, each.quantity_t)
        cut = each.first + part_t
        rest = Range(cut, each.end) if cut < each.end else None
        takings.append(Taking(position, Range(each.first, cut), rest))
        missing_t -= part_t
        if missing_t == 0:
            return takings
    available_t = quantity_t - missing_t
    raise NotEnoughUnits(
        pointer="/quantity_t", available_t=str(available_t), quantity_t=str(quantity_t)
    )
