"""A person's points: what there is, when it expires, and every entry."""

from __future__ import annotations

from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.pages import read_page
from app.shown.points import EntryAnswer, PointsAnswer, entry_answer, points_answer
from app.usecases.points.read_entries import read_entries
from app.usecases.points.read_points import read_points as points_of
from behaviours.json_value import JsonObject

blueprint = Blueprint("points", __name__, description="A person's points.")


@blueprint.route("/v1/me/points")
@allow("participant", by_word=True)
@blueprint.response(200, PointsAnswer)
def read_points() -> JsonObject:
    """What the person can spend now, what is on its way, and what will expire when."""
    zone = wiring().zone
    return points_answer(
        wiring().database.transact(points_of, caller().viewer, now=now(), zone=zone)
    )


@blueprint.route("/v1/me/points/entries")
@allow("participant", by_word=True)
@blueprint.lists(EntryAnswer, "EntryPage")
def list_entries() -> Response:
    """Every transfer of the person's points, newest first."""
    return read_page(entry_answer, read_entries, caller().viewer)
