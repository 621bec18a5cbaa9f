"""Hold a budget that is to be added to, with what is added to it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.points.budget_additions import additions_of
from app.store.points.budgets import hold_budgets, some_budgets
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.viewer import Viewer
from rewards.points.budget import Budget, UnknownBudget
from rewards.points.budget_addition import BudgetAddition


def hold_budget_to_add(
    connection: Connection, budget_id: UUID, *, by: Viewer
) -> tuple[Budget, list[BudgetAddition]]:
    """The budget, and its additions, which nobody else moves until the transaction ends.

    Raises UnknownBudget, OrganisationSuspended and OrganisationClosed.
    """
    # Organisations are held before what is of them, as everywhere.
    found = [each for each in some_budgets(connection, [budget_id]) if each.is_for(by)]
    if not found:
        raise UnknownBudget("budget")
    check_taking_part(connection, [each.said.sponsor_id for each in found])
    (budget,) = hold_budgets(connection, [budget_id])
    return budget, additions_of(connection, budget_id)
