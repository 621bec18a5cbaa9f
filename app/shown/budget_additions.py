"""How additions to budgets are shown."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.json_value import JsonObject
from rewards.points.budget_addition import STATES, BudgetAddition


class BudgetAdditionAnswer(Schema):
    """Points that are added to a budget; additions of one budget are counted from 1."""

    budget_id = plain.String(metadata={"example": "bgt_0199b2c3d4e57f0080000000000000aa"})
    number = plain.Integer(metadata={"example": 1})
    points = plain.Integer(metadata={"example": 500_000})
    state = plain.String(metadata={"enum": list(STATES)})
    proposed_at = Moment()
    added_at = Moment(allow_none=True)


class AwaitingAddition(BudgetAdditionAnswer):
    """An addition, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


class BudgetAdditionsAnswer(Schema):
    """The additions to a budget."""

    additions = plain.List(plain.Nested(BudgetAdditionAnswer))


def addition_answer(addition: BudgetAddition) -> JsonObject:
    """One of them."""
    return {
        "budget_id": public("bgt", addition.budget_id),
        "number": addition.number,
        "points": addition.points,
        "state": addition.state,
        "proposed_at": moment(addition.proposed_at),
        "added_at": moment(addition.added_at) if addition.added_at else None,
    }


def additions_answer(additions: Sequence[BudgetAddition]) -> JsonObject:
    """All of a budget, in their order."""
    return {"additions": [addition_answer(each) for each in additions]}
