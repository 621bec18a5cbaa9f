"""Give points of awards that were taken back to the budgets that paid them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.points.budgets import hold_budgets, keep_budget, post_of_budget
from app.store.recording.budget_slots import give_parts
from rewards.ledger.points import return_rest
from rewards.points.budget import CLOSED, put_back, stage_sizes


def return_to_budgets(connection: Connection, paid: Mapping[UUID, int], *, now: datetime) -> None:
    """Into what is open; of a closed one they go on to its sponsor. People's accounts are held."""
    if not paid:
        return
    for each in hold_budgets(connection, list(paid)):
        points, said = paid[each.budget_id], each.said
        if each.state == CLOSED:
            keep_budget(connection, replace(each, returned_points=each.returned_points + points))
            post_of_budget(
                connection, return_rest(each.budget_id, said.sponsor_id, points), now=now
            )
        else:
            into = put_back(points, each.left, stage_sizes(said.points, said.stages))
            give_parts(connection, each.budget_id, into)
