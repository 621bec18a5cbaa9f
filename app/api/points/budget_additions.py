"""Additions to budgets: points that a sponsor puts in while people are awarded from it."""

from __future__ import annotations

from typing import ClassVar, Final, TypedDict

from flask import Response

from app.api.points.budgets import MOST_OF_A_BUDGET
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller
from app.http.fields import Points, Strict
from app.http.numbered import Numbered, SentNumber
from app.http.once import once
from app.http.pages import read_one
from app.http.signing import kept_when_signed, with_awaited
from app.ids import parse
from app.shown.budget_additions import (
    AwaitingAddition,
    BudgetAdditionAnswer,
    BudgetAdditionsAnswer,
    addition_answer,
    additions_answer,
)
from app.usecases.points.propose_budget_addition import propose_budget_addition
from app.usecases.points.read_budget_additions import read_budget_additions
from app.usecases.points.sign_budget_addition import sign_budget_addition
from app.usecases.points.withdraw_budget_addition import withdraw_budget_addition
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "budget additions", __name__, description="Points that are added to open budgets."
)
_OF: Final = "/v1/budgets/<budget_id>/additions"
_ANSWERING: Final = ("operator", "authority", "provider", "merchant", "enterprise")
signed = once(with_awaited(addition_answer), kept_when_signed)


class AdditionBody(Strict):
    """How many points are added."""

    EXAMPLE: ClassVar[JsonObject] = {"points": 500_000}
    points = Points(required=True, least=1, most=MOST_OF_A_BUDGET)


class SentAddition(TypedDict):
    """As ``AdditionBody`` loads it."""

    points: int


@blueprint.route(_OF)
@allow(*_ANSWERING, by_city=True)
@blueprint.response(200, BudgetAdditionsAnswer)
def list_additions(budget_id: str) -> Response:
    """What was added to a budget or waits for signatures, in order."""
    return read_one(
        additions_answer, read_budget_additions, parse("bgt", budget_id), by=caller().viewer
    )


@blueprint.route(_OF, methods=["POST"])
@allow(*_ANSWERING, by_city=True, step="budget.propose_addition")
@blueprint.arguments(AdditionBody, keyed=True)
@blueprint.response(202, AwaitingAddition)
def propose_addition(body: SentAddition, budget_id: str) -> Response:
    """Propose that points are added to an open budget: by its sponsor, or by an operator or the
    authority, who sign it with that. One waits at a time.

    Its stages grow by their shares; what was awarded stays, and the rule as it was published.
    """
    return signed(propose_budget_addition, parse("bgt", budget_id), body["points"], **by_caller())


@blueprint.route(f"{_OF}/sign", methods=["POST"])
@allow("operator", "authority", by_city=True, step="budget.add")
@blueprint.arguments(Numbered, keyed=True)
@blueprint.signed(200, AwaitingAddition)
def sign_addition(body: SentNumber, budget_id: str) -> Response:
    """Sign an addition; the second signature puts its points into the budget."""
    return signed(sign_budget_addition, parse("bgt", budget_id), body["number"], **by_caller())


@blueprint.route(f"{_OF}/withdraw", methods=["POST"])
@allow(*_ANSWERING, by_city=True, step="budget.withdraw_addition")
@blueprint.arguments(Numbered, keyed=True)
@blueprint.response(200, BudgetAdditionAnswer)
def withdraw_addition(body: SentNumber, budget_id: str) -> Response:
    """Withdraw an addition that was not signed by two."""
    return once(addition_answer)(
        withdraw_budget_addition, parse("bgt", budget_id), body["number"], by=caller().viewer
    )
