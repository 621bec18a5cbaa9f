"""Sign that points are added to a budget: two people of two roles do."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.budget_additions import put_in, write_addition
from app.store.points.budgets import hold_slots
from app.store.signing import sign_by
from app.usecases.points.hold_budget_addition import hold_budget_addition
from behaviours.viewer import Viewer
from rewards.points.budget import BUDGET_THING
from rewards.points.budget_addition import BudgetAddition, growth
from rewards.signing import Matter


def sign_budget_addition(
    connection: Connection, budget_id: UUID, number: int, *, by: Viewer, clock: Clock
) -> tuple[BudgetAddition, list[str]]:
    """The addition, and whose signatures it still awaits; with none its points are in the budget.

    Awards that are on their way are waited for, and those that follow find what was added. Raises
    what ``hold_budget_addition`` and ``growth`` raise, BudgetAdditionMoved and SamePersonTwice.
    """
    budget, addition = hold_budget_addition(connection, budget_id, number, by=by)
    # Whatever would not be taken is not signed either.
    addition.check()
    grown = growth(budget, addition.points)
    now = clock.now()
    awaiting = sign_by(connection, Matter(BUDGET_THING, budget_id, addition.verb), by, now)
    if awaiting:
        return addition, awaiting
    hold_slots(connection, budget)
    put_in(connection, budget, addition, grown, now=now)
    added = addition.added(now=now)
    write_addition(connection, added)
    return added, []
