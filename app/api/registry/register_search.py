"""The search of the public registry."""

from __future__ import annotations

from typing import TypedDict

from flask import Response

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Strict
from app.shown.found_things import FoundThings, found_thing
from app.usecases.registry.search_register import search_register

blueprint = Blueprint("registry search", __name__, description="Find what has a page.")


class SearchedFor(Strict):
    """What to find."""

    q = Line(
        required=True,
        metadata={
            "example": "TPH-V-GD.DISTRIBUTED_PV-2026-1-12-97",
            "description": "A printed serial; the id of a retirement, bundle, block, project or"
            " enterprise; or part of the name of an enterprise or project.",
        },
    )


class SentSearch(TypedDict):
    """As ``SearchedFor`` loads it."""

    q: str


@blueprint.route("/v1/registry/search")
@allow_public
@blueprint.arguments(SearchedFor, location="query")
@blueprint.response(200, FoundThings)
def search_registry(asked: SentSearch) -> Response:
    """What has this id, serial or name, with the address of its page; fifty at most."""
    found = wiring().database.transact(
        search_register, asked["q"], serial_prefix=wiring().programme.serial_prefix
    )
    return json_answer({"data": [found_thing(each) for each in found]})
