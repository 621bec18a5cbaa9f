"""Close budgets whose day has come: what is left of them returns to their sponsors."""

from __future__ import annotations

from datetime import tzinfo

from app.clock import Clock
from app.store.database import Connection
from app.store.points.budgets import due_budgets, hold_budgets, hold_slots, write_budget
from behaviours.civil_time import civil_day
from rewards.points.budget import CLOSE, OPEN

CHUNK_BUDGETS = 20


def close_due_budgets(
    connection: Connection, *, zone: tzinfo, clock: Clock, budgets: int = CHUNK_BUDGETS
) -> int:
    """How many of at most so many; run it again until it reports none."""
    due = due_budgets(connection, today=civil_day(clock.now(), zone), most=budgets)
    closed = 0
    for budget in hold_budgets(connection, due) if due else ():
        # Two people may have closed it meanwhile.
        if budget.state == OPEN:
            now = clock.now()
            last = hold_slots(connection, budget)
            moved = last.move(CLOSE, now=now, today=civil_day(now, zone))
            write_budget(connection, moved, CLOSE, now=now)
            closed += 1
    return closed
