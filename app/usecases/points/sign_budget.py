"""Sign that a budget is published, or closed before its day: two people of two roles do."""

from __future__ import annotations

from datetime import tzinfo
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.budgets import hold_budgets, hold_slots, some_budgets, write_budget
from app.store.signing import sign_by
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.points.budget import BUDGET_THING, BY_TWO, CLOSE, PUBLISH, Budget, UnknownBudget
from rewards.signing import Matter


def sign_budget(
    connection: Connection, budget_id: UUID, step: str, *, by: Viewer, zone: tzinfo, clock: Clock
) -> tuple[Budget, list[str]]:
    """The budget, and whose signatures it still awaits; with none the step is taken.

    Published, it pays from the first day of its period on; closed, it pays nothing more, and what
    is left of it returns to its sponsor. Raises UnknownBudget, BudgetStateConflict,
    BudgetBeginsTooSoon, OrganisationSuspended, OrganisationClosed and SamePersonTwice.
    """
    assert step in BY_TWO, "one person takes it"
    if step == PUBLISH:
        # Organisations are held before what is of them, as everywhere.
        found = some_budgets(connection, [budget_id])
        check_taking_part(connection, [each.said.sponsor_id for each in found])
    known = [each for each in hold_budgets(connection, [budget_id]) if each.is_for(by)]
    if not known:
        raise UnknownBudget("budget")
    (budget,) = known
    now = clock.now()
    today = civil_day(now, zone)
    # Whatever would not be taken is not signed either.
    budget.move(step, now=now, today=today)
    awaiting = sign_by(connection, Matter(BUDGET_THING, budget_id, step), by, now)
    if awaiting:
        return budget, awaiting
    if step == CLOSE:
        budget = hold_slots(connection, budget)
    moved = budget.move(step, now=now, today=today)
    write_budget(connection, moved, step, now=now)
    return moved, []
