"""Propose that points are added to an open budget."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.budget_additions import add_addition
from app.store.signing import sign_by
from app.usecases.points.hold_budget_to_add import hold_budget_to_add
from behaviours.viewer import Viewer
from rewards.points.budget import BUDGET_THING
from rewards.points.budget_addition import PROPOSED, BudgetAddition, growth, next_number
from rewards.signing import ROLES, Matter


def propose_budget_addition(
    connection: Connection, budget_id: UUID, points: int, *, by: Viewer, clock: Clock
) -> tuple[BudgetAddition, list[str]]:
    """The addition, and whose signatures it awaits; until they are there it pays nothing.

    Who acts for the programme has signed it with that; for a sponsor both roles sign. Raises what
    ``hold_budget_to_add`` and ``growth`` raise, and BudgetAdditionAwaited.
    """
    assert by.user_id is not None, "somebody proposes"
    budget, known = hold_budget_to_add(connection, budget_id, by=by)
    growth(budget, points)
    now, sponsor_id = clock.now(), budget.said.sponsor_id
    addition = BudgetAddition(
        budget_id, next_number(known), sponsor_id, points, PROPOSED, by.user_id, now
    )
    add_addition(connection, addition)
    if by.role not in ROLES:
        return addition, list(ROLES)
    return addition, sign_by(connection, Matter(BUDGET_THING, budget_id, addition.verb), by, now)
