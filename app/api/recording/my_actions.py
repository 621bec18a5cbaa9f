"""The route where people see what they did."""

from __future__ import annotations

from uuid import UUID

import orjson
from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.pages import limit_and_cursor, page, page_of
from app.ids import parse
from app.shown.actions import ActionAnswer, stored_answer
from app.usecases.recording.read_my_actions import read_my_actions

blueprint = Blueprint("my_actions", __name__, description="What I did, and what it saved.")


ActionsAnswer = page_of(ActionAnswer, "ActionsAnswer")


@blueprint.route("/v1/me/actions", methods=["GET"])
@allow("participant", by_word=True)
@blueprint.paged
@blueprint.response(200, ActionsAnswer)
def list_my_actions() -> Response:
    """My actions, whoever reported them, the last recorded first."""
    limit, cursor = limit_and_cursor()
    rows = wiring().database.transact(
        read_my_actions,
        viewer=caller().viewer,
        before=UUID(cursor) if cursor else None,
        limit=limit + 1,
    )
    answers = [stored_answer(row) for row in rows]
    body = page(answers, lambda answer: parse("act", str(answer["id"])))
    return Response(orjson.dumps(body), content_type="application/json")
