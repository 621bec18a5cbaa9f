"""From the milligrams that a monitoring period is credited to whole tonnes, by civil year.

::

    credited + carried in = (owner's tonnes + reserve tonnes) x 10^9 + carried out

The remainder below a tonne waits for the project's next issue of the same vintage and for nobody
else's. The reserve is in whole tonnes, rounded up: what may be lost again is not sold
(projects.md, §5.1, examples 2 and 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rewards.registry.issuing import TONNE_MG
from rewards.registry.unit_classes import UNIT_CLASSES

# What a rule calls the part of its result that goes into the reserve.
BUFFER_RESULT: Final = "buffer"


class VintageIssue(NamedTuple):
    """What becomes of a civil year's milligrams."""

    vintage: int
    credited_mg: int
    carried_in_mg: int
    owner_t: int
    reserve_t: int
    carried_out_mg: int


def issue_vintage(
    vintage: int, credited_mg: int, *, carried_in_mg: int, reserve_mg: int
) -> VintageIssue:
    """Whole tonnes of one civil year; the reserve is rounded up, the owner's part down."""
    assert min(credited_mg, carried_in_mg, reserve_mg) >= 0, "masses are positive"
    whole_t, carried_out_mg = divmod(credited_mg + carried_in_mg, TONNE_MG)
    reserve_t = min(whole_t, -(-reserve_mg // TONNE_MG))
    return VintageIssue(
        vintage, credited_mg, carried_in_mg, whole_t - reserve_t, reserve_t, carried_out_mg
    )


def reserves_mg(masses_mg: Sequence[int], *, buffer_mg: int | None, per_mille: int) -> list[int]:
    """What of each year belongs to the reserve, each rounded up.

    A rule that computes its buffer is followed; where it does not, ``per_mille`` is kept: the
    programme's share of land, and nothing of electricity, which stays made.
    """
    total_mg = sum(masses_mg)
    if not total_mg:
        return [0 for _ in masses_mg]
    if buffer_mg is not None:
        return [-(-max(0, buffer_mg) * each // total_mg) for each in masses_mg]
    return [-(-each * per_mille // 1000) for each in masses_mg]


def class_of_grade(grade: str) -> str:
    """The best class that figures of this grade enter; what enters none by itself enters the one
    that takes them by approval, which whoever signs the issue gives."""
    by_itself = [each.code for each in UNIT_CLASSES.values() if grade in each.open_grades]
    return (
        by_itself[0]
        if by_itself
        else next(each.code for each in UNIT_CLASSES.values() if each.by_approval)
    )
