"""Withdraw a budget that was proposed and not published."""

from __future__ import annotations

from datetime import tzinfo
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.budgets import hold_budgets, write_budget
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.points.budget import WITHDRAW, Budget, UnknownBudget


def withdraw_budget(
    connection: Connection, budget_id: UUID, *, by: Viewer, zone: tzinfo, clock: Clock
) -> Budget:
    """The budget, which nobody can publish any more.

    Raises UnknownBudget and BudgetStateConflict.
    """
    known = [each for each in hold_budgets(connection, [budget_id]) if each.is_for(by)]
    if not known:
        raise UnknownBudget("budget")
    now = clock.now()
    moved = known[0].move(WITHDRAW, now=now, today=civil_day(now, zone))
    write_budget(connection, moved, WITHDRAW, now=now)
    return moved
