"""What the programme owes in points."""

from __future__ import annotations

from flask import Response

from app.auth import allow
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.shown.liability import LiabilityAnswer, liability_answer
from app.usecases.points.read_liability import read_liability

blueprint = Blueprint("liability", __name__, description="What the programme owes in points.")


@blueprint.route("/v1/statistics/points/liability")
@allow("operator", "authority")
@blueprint.response(200, LiabilityAnswer)
def read() -> Response:
    """Everybody's points by the civil month in which they run out: 24 months, and what is later."""
    moment = now()
    found = wiring().database.transact(read_liability, now=moment, zone=wiring().zone)
    return json_answer(liability_answer(found, moment))
