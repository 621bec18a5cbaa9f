"""The server of the bench: the application, and one bare route to compare it with."""

from __future__ import annotations

from typing import TypedDict

import orjson
from flask import Response
from marshmallow import fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Line, Strict
from app.ids import new_id
from app.store.bench.by_hand import insert_one
from behaviours.json_value import JsonObject
from wsgi import application

blueprint = Blueprint(
    "bench", __name__, description="What a route costs that does next to nothing."
)


class BareBody(Strict):
    """A small body."""

    name = Line(required=True)
    numbers = plain.Dict(keys=plain.String(), required=True)


class SentNumbers(TypedDict):
    """As ``BareBody`` loads it."""

    name: str
    numbers: JsonObject


@blueprint.route("/bench/bare", methods=["POST"])
@allow("provider")
@blueprint.arguments(BareBody)
@blueprint.response(201)
def bare(body: SentNumbers) -> Response:
    """Check a token, validate a small body, insert one row, answer it."""
    identifier, present = new_id(), now()
    wiring().database.transact(insert_one, identifier, body["name"], body["numbers"], present)
    answer = {"id": identifier.hex, "name": body["name"]}
    return Response(orjson.dumps(answer), status=201, content_type="application/json")


__all__ = ["application"]

application.register_blueprint(blueprint)
