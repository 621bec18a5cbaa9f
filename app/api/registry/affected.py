"""What rests on reductions: read before a reversal is signed, and by whoever follows it up."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from flask import Response, jsonify
from webargs.fields import DelimitedList

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import PublicId, Strict
from app.http.validators import Count
from app.shown.affected import AffectedAnswer, affected_answer
from app.usecases.registry.find_affected import find_affected
from behaviours.actions.reversal import AUTHORITY, OPERATOR

blueprint = Blueprint("affected", __name__, description="What rests on reductions.")

MOST_ACTIONS = 100


class AffectedQuery(Strict):
    """Which actions."""

    action_id = DelimitedList(
        PublicId("act"),
        required=True,
        validate=Count(1, MOST_ACTIONS),
        metadata={"description": f"Up to {MOST_ACTIONS}, with commas between them."},
    )


class WantedAffected(TypedDict):
    """As ``AffectedQuery`` loads it."""

    action_id: list[UUID]


@blueprint.route("/v1/affected-units")
@allow(OPERATOR, AUTHORITY)
@blueprint.arguments(AffectedQuery, location="query")
@blueprint.response(200, AffectedAnswer)
def read_affected_units(wanted: WantedAffected) -> Response:
    """What rests on the reductions of actions: their leaves, bundles, units, holders and cover.

    Also of what a household shares with them: it is taken back together. `would_take` is what
    taking back all that still stands would come to with the reserve as it is now; nothing is done,
    and what is signed later may find another reserve. How much of a bundle's shortfall was made
    good since is in its replacements, and what every holder was told in its notices.
    """
    found = wiring().database.transact(find_affected, wanted["action_id"], viewer=caller().viewer)
    return jsonify(affected_answer(found))
