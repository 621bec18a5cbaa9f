"""SQL of additions to budgets: what was proposed, and what is put into the parts of a budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.events.gathering import moved
from app.store.inserting import by_name, insert_into
from app.store.log.acting import tell
from app.store.points.budgets import post_of_budget, rows_of_parts
from behaviours.json_value import JsonObject
from rewards.ledger.points import fund
from rewards.points.budget import BUDGET_THING, Budget
from rewards.points.budget_addition import BudgetAddition

_COLUMNS: Final = (
    *("budget_id", "number", "points", "state", "proposed_by", "proposed_at", "added_at"),
)
_ADD = text(insert_into("budget_addition", _COLUMNS))
_OF = text(
    """
    select a.budget_id, a.number, b.sponsor_id, a.points, a.state, a.proposed_by, a.proposed_at,
           a.added_at
      from budget_addition a join budget b using (budget_id)
     where a.budget_id = :budget_id order by a.number
    """
)
_MOVE = text(
    """
    update budget_addition set state = :state, added_at = :added_at
     where budget_id = :budget_id and number = :number
    """
)
_GROW = text("update budget set points = points + :points where budget_id = :budget_id")
# Every part is held by now, in the order in which awards hold them.
_FILL = text(
    """
    update budget_slot s set points_left = s.points_left + n.points
      from unnest(:stage ::int[], :slot ::int[], :points_left ::bigint[]) as n (stage, slot, points)
     where s.budget_id = :budget_id and (s.stage, s.slot) = (n.stage, n.slot)
    """
)


def add_addition(connection: Connection, addition: BudgetAddition) -> None:
    """Keep a proposal, of a budget that the caller holds."""
    connection.execute(_ADD, by_name(_COLUMNS, addition))
    _tell(addition)


def additions_of(connection: Connection, budget_id: UUID) -> list[BudgetAddition]:
    """Those to a budget, in their order."""
    return [BudgetAddition(*row) for row in connection.execute(_OF, {"budget_id": budget_id})]


def write_addition(connection: Connection, addition: BudgetAddition) -> None:
    """Keep where one stands, of a budget that the caller holds."""
    given = by_name(("budget_id", "number", "state", "added_at"), addition)
    connection.execute(_MOVE, given)
    _tell(addition)


def put_in(
    connection: Connection,
    budget: Budget,
    addition: BudgetAddition,
    grown: Sequence[int],
    *,
    now: datetime,
) -> None:
    """Put the points of an addition into a budget whose parts are held, stage by stage."""
    budget_id, points = addition.budget_id, addition.points
    post_of_budget(connection, fund(budget_id, addition.sponsor_id, points), now=now)
    connection.execute(_GROW, {"budget_id": budget_id, "points": points})
    connection.execute(_FILL, {"budget_id": budget_id, **rows_of_parts(grown)})
    before = budget.said.points
    name = public("bgt", budget_id)
    tell(BUDGET_THING, name, {"points": before + points}, old={"points": before})


def _tell(addition: BudgetAddition) -> None:
    moved(addition)
    told: JsonObject = {
        "addition": addition.number,
        "addition_state": addition.state,
        "addition_points": addition.points,
    }
    tell(BUDGET_THING, public("bgt", addition.budget_id), told)
