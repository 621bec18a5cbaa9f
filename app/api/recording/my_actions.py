"""The route where people see what they did."""

from __future__ import annotations

from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.pages import read_page
from app.shown.actions import ActionAnswer, stored_answer
from app.usecases.recording.read_my_actions import read_my_actions

blueprint = Blueprint("my_actions", __name__, description="What I did, and what it saved.")


@blueprint.route("/v1/me/actions", methods=["GET"])
@allow("participant", by_word=True)
@blueprint.lists(ActionAnswer, "ActionsAnswer")
def list_my_actions() -> Response:
    """My actions, whoever reported them, the last recorded first."""
    return read_page(stored_answer, read_my_actions, viewer=caller().viewer)
