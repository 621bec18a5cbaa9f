"""Levels and badges: looked up in what stands in the books."""

from __future__ import annotations

from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.pages import read_one
from app.shown.engagement import BadgesAnswer, badges_answer
from app.usecases.engagement.read_badges import read_badges

blueprint = Blueprint("badges", __name__, description="Levels and badges of a person.")


@blueprint.route("/v1/me/badges")
@allow("participant", by_word=True)
@blueprint.response(200, BadgesAnswer)
def list_badges() -> Response:
    """My level and the badges of the programme in force, each with how far I am.

    Nothing is kept of it: what is taken back counts no more in the same moment. They bring neither
    points nor grams, and none comes from another person. `GET /v1/programme` says what they take.
    """
    behaviours = wiring().rulebook.behaviours()
    return read_one(
        badges_answer,
        read_badges,
        viewer=caller().viewer,
        terms=wiring().programme.engagement,
        categories={each.code: each.category_code for each in behaviours},
    )
