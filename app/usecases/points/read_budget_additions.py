"""Read what was added to a budget, or waits for it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.points.budget_additions import additions_of
from app.usecases.points.read_budget import read_budget
from behaviours.viewer import Viewer
from rewards.points.budget_addition import BudgetAddition


def read_budget_additions(
    connection: Connection, budget_id: UUID, *, by: Viewer
) -> list[BudgetAddition]:
    """All of them, in their order. Raises UnknownBudget."""
    read_budget(connection, by, budget_id)
    return additions_of(connection, budget_id)
