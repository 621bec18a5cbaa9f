"""Sharing: the part of one household's reduction that is in the row of one of its people.

The rule's arithmetic and its one rounding are of the whole; the whole milligrams are then shared by
largest remainder. Each row says all parts and which one is its own, so that anybody computes the
whole again from its inputs, and from that the row's own milligrams.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from behaviours.largest_remainder import share


class RecordedShare(TypedDict):
    """What is stored of it with the row's inputs.

    ``parts`` are those of everybody in the order of their ids, which are not told, and ``at`` says
    which of them is the row's. ``unassigned_mg`` of the whole went to nobody: their people had not
    agreed to the report, or were gone. ``passed_on`` is false in the one row of who reported it or
    for whom it was reported, which alone holds the claims.
    """

    parts: Sequence[int]
    at: int
    whole_mg: int
    unassigned_mg: int
    passed_on: bool


def part_of(total: int, recorded: RecordedShare | None) -> int:
    """What one row has of a total, to the last one; all of it where nothing is shared.

    ValueError where the parts are none.
    """
    if recorded is None:
        return total
    parts, at = recorded["parts"], recorded["at"]
    if not sum(parts) or min(parts) < 0 or not 0 <= at < len(parts):
        raise ValueError(f"no part {at} of {list(parts)}")
    return share(total, parts)[at]
