"""Withdraw an addition to a budget that was proposed and not signed by two."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.points.budget_additions import write_addition
from app.usecases.points.hold_budget_addition import hold_budget_addition
from behaviours.viewer import Viewer
from rewards.points.budget_addition import BudgetAddition


def withdraw_budget_addition(
    connection: Connection, budget_id: UUID, number: int, *, by: Viewer
) -> BudgetAddition:
    """The addition, which nobody can sign any more.

    Raises BudgetAdditionMoved and what ``hold_budget_addition`` raises.
    """
    _, addition = hold_budget_addition(connection, budget_id, number, by=by)
    withdrawn = addition.withdrawn()
    write_addition(connection, withdrawn)
    return withdrawn
