"""The search of the public registry."""

from __future__ import annotations

from typing import TypedDict

from flask import Response

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Strict
from app.http.pages import read_one
from app.ids import parse
from app.shown.enterprises import EnterpriseInRegisterAnswer, enterprise_answer
from app.shown.found_things import FoundThings, found_thing
from app.usecases.registry.read_enterprise import read_enterprise
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
    return json_answer({"found": [found_thing(each) for each in found]})


@blueprint.route("/v1/registry/enterprises/<enterprise_id>")
@allow_public
@blueprint.response(200, EnterpriseInRegisterAnswer)
def read_registry_enterprise(enterprise_id: str) -> Response:
    """What an enterprise holds and has retired; only of who ever held or retired units."""
    return read_one(enterprise_answer, read_enterprise, parse("org", enterprise_id))
