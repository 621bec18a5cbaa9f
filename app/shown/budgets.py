"""How budgets are shown: the rule by which one pays to everybody, its points to who answers."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.json_value import JsonObject
from rewards.points.budget import LIMITED_BY, STATES, Budget


class StageAnswer(Schema):
    """The next `share_percent` of the points are paid at `pays_percent` of an award."""

    share_percent = plain.Integer(metadata={"example": 60})
    pays_percent = plain.Integer(metadata={"example": 100})


class BudgetAnswer(Schema):
    """What a budget pays for, when and by which rule."""

    id = plain.String(metadata={"example": "bgt_0199b2c3d4e57f0080000000000000aa"})
    title_zh = plain.String()
    title_en = plain.String()
    sponsor_id = plain.String(
        allow_none=True, metadata={"description": "null: the programme itself."}
    )
    scenes = plain.List(plain.String(), metadata={"example": ["metro_ride"]})
    region = plain.String(
        allow_none=True, metadata={"description": "null: everywhere.", "example": "CN-330100"}
    )
    starts_on = plain.String(metadata={"example": "2027-01-01", "format": "date"})
    ends_on = plain.String(metadata={"example": "2027-03-31", "format": "date"})
    closes_on = plain.String(
        metadata={
            "example": "2027-05-01",
            "format": "date",
            "description": "Until then actions of its days are paid; then the rest returns.",
        }
    )
    stages = plain.List(plain.Nested(StageAnswer))
    published_at = Moment(allow_none=True)
    limits_as = plain.String(
        metadata={
            "example": "budget:0199b2c3d4e57f0080000000000000aa",
            "description": "`points.limited_by` of an action that it paid in part or not at all.",
        }
    )


class WholeBudgetAnswer(BudgetAnswer):
    """A budget with its points: `points` = `awarded` + `returned` + `left` once it is published."""

    state = plain.String(metadata={"enum": list(STATES)})
    points = plain.Integer(metadata={"example": 1_000_000})
    awarded = plain.Integer()
    returned = plain.Integer()
    left = plain.List(plain.Integer(), metadata={"description": "BudgetStage by stage."})
    proposed_at = Moment()
    closed_at = Moment(allow_none=True)


class AwaitingBudget(WholeBudgetAnswer):
    """A budget, and whose signatures the step awaits."""

    awaiting = plain.List(plain.String())


def budget_answer(budget: Budget) -> JsonObject:
    """What everybody may know of it before they act."""
    said = budget.said
    return {
        "id": public("bgt", budget.budget_id),
        "title_zh": said.title_zh,
        "title_en": said.title_en,
        "sponsor_id": public("org", said.sponsor_id) if said.sponsor_id else None,
        "scenes": list(said.scenes),
        "region": said.region,
        "starts_on": said.starts_on.isoformat(),
        "ends_on": said.ends_on.isoformat(),
        "closes_on": said.closes_on.isoformat(),
        "stages": [dict(each._asdict()) for each in said.stages],
        "published_at": moment(budget.published_at) if budget.published_at else None,
        "limits_as": f"{LIMITED_BY}{budget.budget_id.hex}",
    }


def whole_budget_answer(budget: Budget) -> JsonObject:
    """All of it."""
    return {
        **budget_answer(budget),
        "state": budget.state,
        "points": budget.said.points,
        "awarded": budget.awarded,
        "returned": budget.returned_points,
        "left": list(budget.left),
        "proposed_at": moment(budget.proposed_at),
        "closed_at": moment(budget.closed_at) if budget.closed_at else None,
    }
