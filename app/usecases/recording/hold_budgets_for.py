"""Hold so much of the budgets that cover a list's actions as their awards may need."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection
from app.store.recording.budget_slots import CoverAsked, HeldBudgets, covering, hold_parts
from app.store.recording.candidate import Candidate


def hold_budgets_for(
    connection: Connection, candidates: Sequence[Candidate], *, lock: bool
) -> HeldBudgets:
    """Tell each candidate which budgets cover it; what they have is held after every account.

    Only what is credited now takes anything. Without ``lock`` nothing is held: a dry run.
    """
    paid = [
        one
        for one in candidates
        if not one.refusal and not one.standing.is_waiting and one.award and one.award.points
    ]
    covers = covering(
        connection,
        [
            CoverAsked(
                one.accepted.action.behaviour,
                one.accepted.version.category_code,
                one.accepted.action.region,
                one.accepted.occurred_on,
            )
            for one in paid
        ],
    )
    awards = []
    for one, budgets in zip(paid, covers, strict=True):
        assert one.award is not None
        one.budgets = budgets
        awards.append((tuple(budgets), one.award.points))
    return hold_parts(connection, awards, lock=lock)
