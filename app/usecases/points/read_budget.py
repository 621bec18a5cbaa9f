"""Read one budget whole, with what is left of it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.points.budgets import some_budgets
from behaviours.viewer import Viewer
from rewards.points.budget import Budget, UnknownBudget


def read_budget(connection: Connection, viewer: Viewer, budget_id: UUID) -> Budget:
    """For the programme's people of its area, and for its sponsor. Raises UnknownBudget."""
    known = [each for each in some_budgets(connection, [budget_id]) if each.is_for(viewer)]
    if not known:
        raise UnknownBudget("budget")
    return known[0]
