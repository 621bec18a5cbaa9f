"""The contract for machines and for people, and a page for every error code."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from app.api.openapi import contract
from app.auth import allow_public

blueprint = Blueprint("docs", __name__)


@blueprint.get("/openapi.json")
@allow_public
def openapi_json() -> Response:
    """The contract (OpenAPI 3.1), generated from the code."""
    return current_app.json.response(contract(current_app))
