"""Budgets: points that sponsors put up, by a rule that everybody can read before they act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, Line, Points, PublicId, Region, Strict
from app.http.once import once, step_of
from app.http.pages import read_page
from app.http.signing import kept_when_signed, with_awaited
from app.http.validators import Between, Count
from app.ids import parse
from app.shown.budgets import (
    AwaitingBudget,
    BudgetAnswer,
    WholeBudgetAnswer,
    budget_answer,
    whole_budget_answer,
)
from app.usecases.points.propose_budget import propose_budget
from app.usecases.points.read_budget import read_budget
from app.usecases.points.read_budgets import read_budgets
from app.usecases.points.sign_budget import sign_budget
from app.usecases.points.withdraw_budget import withdraw_budget
from behaviours.json_value import JsonObject
from rewards.points.budget import CLOSE, MOST_STAGES, PUBLISH, WHOLE, BudgetStage, NewBudget

blueprint = Blueprint(
    "budgets", __name__, description="Points that sponsors put up for scenes, periods and cities."
)
MOST_OF_A_BUDGET: Final = 10**12
MOST_SCENES: Final = 50
# How long actions of the last day can be reported and confirmed, where nobody says otherwise.
REPORTED_WITHIN: Final = timedelta(days=31)
sign = step_of("bgt", with_awaited(whole_budget_answer), kept_when_signed)
work_on = step_of("bgt", whole_budget_answer)


class StageBody(Strict):
    """A part of the points, and at how much of an award it is paid out."""

    share_percent = plain.Integer(strict=True, required=True, validate=Between(1, WHOLE))
    pays_percent = plain.Integer(strict=True, required=True, validate=Between(1, WHOLE))


class SentStage(TypedDict):
    """As ``StageBody`` loads it."""

    share_percent: int
    pays_percent: int


class BudgetBody(Strict):
    """What a sponsor puts up, and by which rule it is paid out."""

    EXAMPLE: ClassVar[JsonObject] = {
        "title_zh": "杭州地铁绿色出行",
        "title_en": "Green rides on the Hangzhou metro",
        "scenes": ["metro_ride"],
        "region": "CN-330100",
        "starts_on": "2027-01-01",
        "ends_on": "2027-03-31",
        "points": 1_000_000,
        "stages": [
            {"share_percent": 60, "pays_percent": 100},
            {"share_percent": 40, "pays_percent": 50},
        ],
    }
    title_zh = Line(required=True, most=100)
    title_en = Line(required=True, most=100)
    sponsor_id = PublicId("org", metadata={"description": "Without one: the programme itself."})
    scenes = plain.List(
        Line(most=64),
        required=True,
        validate=Count(1, MOST_SCENES),
        metadata={"description": "Behaviours or categories."},
    )
    region = Region(metadata={"description": "Without one: everywhere."})
    starts_on = Day(required=True, metadata={"description": "Later than the day of publication."})
    ends_on = Day(required=True)
    closes_on = Day(metadata={"description": "Without one: 31 days after the last day."})
    points = Points(required=True, least=1, most=MOST_OF_A_BUDGET)
    stages = plain.List(
        plain.Nested(StageBody),
        validate=Count(1, MOST_STAGES),
        metadata={
            "description": "The first pays 100 per cent, each later one less, the shares are 100"
            " per cent together. Without stages awards are whole until nothing is left."
        },
    )


class SentBudget(TypedDict):
    """As ``BudgetBody`` loads it."""

    title_zh: str
    title_en: str
    sponsor_id: NotRequired[UUID]
    scenes: list[str]
    region: NotRequired[str]
    starts_on: date
    ends_on: date
    closes_on: NotRequired[date]
    points: int
    stages: NotRequired[list[SentStage]]


@blueprint.route("/v1/budgets")
@allow_public
@blueprint.lists(BudgetAnswer, "BudgetPage")
def list_budgets() -> Response:
    """Every budget that pays now or will, the newest first, with the rule by which it does."""
    return read_page(budget_answer, read_budgets, None)


@blueprint.route("/v1/budgets/desk")
@allow("operator", "authority", "provider", "merchant", "enterprise", by_city=True)
@blueprint.lists(WholeBudgetAnswer, "WholeBudgetPage")
def list_whole_budgets() -> Response:
    """Those who ask answer for, whole: a sponsor its own, who acts for a city those of the city."""
    return read_page(whole_budget_answer, read_budgets, caller().viewer)


@blueprint.route("/v1/budgets", methods=["POST"])
@allow("operator", "authority", by_city=True, step="budget.propose")
@blueprint.arguments(BudgetBody, keyed=True)
@blueprint.response(202, AwaitingBudget)
def propose(body: SentBudget) -> Response:
    """Propose a budget and sign it; the other role publishes it.

    Who acts for one city proposes budgets of that city. What it covers is paid from it alone.
    """
    return once(with_awaited(whole_budget_answer), status=202)(
        propose_budget, _said(body), scenes=wiring().scenes, zone=wiring().zone, **by_caller()
    )


@blueprint.route("/v1/budgets/<budget_id>")
@allow("operator", "authority", "provider", "merchant", "enterprise", by_city=True)
@blueprint.response(200, WholeBudgetAnswer)
def read_one(budget_id: str) -> Response:
    """One budget whole, with what is left of it."""
    found = wiring().database.transact(read_budget, caller().viewer, parse("bgt", budget_id))
    return json_answer(whole_budget_answer(found))


@blueprint.route("/v1/budgets/<budget_id>/publish", methods=["POST"])
@allow("operator", "authority", by_city=True, step="budget.publish")
@blueprint.signed(200, AwaitingBudget)
def publish(budget_id: str) -> Response:
    """Sign a proposed budget; the second signature puts the sponsor's points into it.

    It is published before the first day of its period, and its rule is never changed afterwards;
    points can be added.
    """
    return sign(sign_budget, budget_id, PUBLISH, zone=wiring().zone, **by_caller())


@blueprint.route("/v1/budgets/<budget_id>/close", methods=["POST"])
@allow("operator", "authority", by_city=True, step="budget.close")
@blueprint.signed(200, AwaitingBudget)
def close(budget_id: str) -> Response:
    """Sign that a budget is closed before its day; the second signature returns what is left.

    Awards stay as they are. What is reversed later goes on to the sponsor.
    """
    return sign(sign_budget, budget_id, CLOSE, zone=wiring().zone, **by_caller())


@blueprint.route("/v1/budgets/<budget_id>/withdraw", methods=["POST"])
@allow("operator", "authority", by_city=True, step="budget.withdraw")
@blueprint.response(200, WholeBudgetAnswer)
def withdraw(budget_id: str) -> Response:
    """Withdraw a proposal that nobody has published yet."""
    return work_on(withdraw_budget, budget_id, zone=wiring().zone, **by_caller())


def _said(body: SentBudget) -> NewBudget:
    stages = body.get("stages", [{"share_percent": WHOLE, "pays_percent": WHOLE}])
    return NewBudget(
        body["title_zh"],
        body["title_en"],
        body.get("sponsor_id"),
        tuple(dict.fromkeys(body["scenes"])),
        body.get("region"),
        body["starts_on"],
        body["ends_on"],
        body.get("closes_on", body["ends_on"] + REPORTED_WITHIN),
        body["points"],
        tuple(BudgetStage(each["share_percent"], each["pays_percent"]) for each in stages),
    )
