"""Additions: points that a sponsor puts into its budget while that is open.

The rule by which a budget pays stays as it was published; of more points its stages are larger,
each by its share. What was awarded before stays as it is. An addition is proposed by the sponsor
itself or the programme's people, and signed by two people of two roles, as the first amount is;
until the second signature it pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.refusal import Conflict, UnknownId
from rewards.points.budget import (
    OPEN,
    SLOTS,
    Budget,
    BudgetStateConflict,
    BudgetWrong,
    stage_sizes,
)

PROPOSED, ADDED, WITHDRAWN = STATES = ("proposed", "added", "withdrawn")
# As signatures name it, with the number behind a colon.
ADD: Final = "add"


class UnknownBudgetAddition(UnknownId):
    """The budget has no such addition."""

    cases = ("budget_addition",)


class BudgetAdditionMoved(Conflict):
    """The addition was added or withdrawn before."""


class BudgetAdditionAwaited(Conflict):
    """Another addition to the budget waits to be signed or withdrawn."""


@dataclass(frozen=True, slots=True)
class BudgetAddition:
    """Points that are added to a budget; additions of one budget are counted from 1."""

    budget_id: UUID
    number: int
    sponsor_id: UUID | None
    points: int
    state: str
    proposed_by: UUID
    proposed_at: datetime
    added_at: datetime | None = None

    @property
    def name(self) -> str:
        """As events name it: below its budget."""
        return f"bgt_{self.budget_id.hex}/additions/{self.number}"

    @property
    def verb(self) -> str:
        """What is signed of the budget."""
        return f"{ADD}:{self.number}"

    def added(self, *, now: datetime) -> BudgetAddition:
        """The addition when its points are in the budget. Raises BudgetAdditionMoved."""
        self.check()
        return replace(self, state=ADDED, added_at=now)

    def withdrawn(self) -> BudgetAddition:
        """The addition when nobody can sign it any more. Raises BudgetAdditionMoved."""
        self.check()
        return replace(self, state=WITHDRAWN)

    def check(self) -> None:
        """Raises BudgetAdditionMoved."""
        if self.state != PROPOSED:
            raise BudgetAdditionMoved(number=self.number, state=self.state)


def next_number(known: Iterable[BudgetAddition]) -> int:
    """The number of a further addition. Raises BudgetAdditionAwaited."""
    last = 0
    for each in known:
        if each.state == PROPOSED:
            raise BudgetAdditionAwaited(number=each.number)
        last = max(last, each.number)
    return last + 1


def growth(budget: Budget, points: int) -> list[int]:
    """By how much each stage grows with so many points more, together by all of them.

    Raises BudgetStateConflict and BudgetWrong (``small``): a stage that grows by less than its
    parts could, by rounding, shrink.
    """
    if budget.state != OPEN:
        raise BudgetStateConflict(state=budget.state, step=ADD)
    said = budget.said
    before, after = (stage_sizes(each, said.stages) for each in (said.points, said.points + points))
    grown = [more - less for more, less in zip(after, before, strict=True)]
    if min(grown) < SLOTS:
        raise BudgetWrong("small", pointer="/points", least=SLOTS)
    return grown
