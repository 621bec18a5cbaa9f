"""Hold an addition to a budget."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.points.hold_budget_to_add import hold_budget_to_add
from behaviours.viewer import Viewer
from rewards.points.budget import Budget
from rewards.points.budget_addition import BudgetAddition, UnknownBudgetAddition


def hold_budget_addition(
    connection: Connection, budget_id: UUID, number: int, *, by: Viewer
) -> tuple[Budget, BudgetAddition]:
    """The budget and the addition, neither of which anybody else moves until the transaction ends.

    Raises UnknownBudgetAddition and what ``hold_budget_to_add`` raises.
    """
    budget, known = hold_budget_to_add(connection, budget_id, by=by)
    found = [each for each in known if each.number == number]
    if not found:
        raise UnknownBudgetAddition("budget_addition")
    return budget, found[0]
