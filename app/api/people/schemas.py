"""Published schemas of what people take along."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import wiring
from app.shown.exports import EXPORT_SCHEMA
from app.usecases.people.read_export_shape import read_export_shape
from behaviours.exports.shape import check_version, export_schema

blueprint = Blueprint("schemas", __name__, description="The shape of signed documents.")


@blueprint.route("/v1/schemas/export/<version>")
@allow_public
@blueprint.response(200, ANY_OBJECT, description="JSON Schema, 2020-12")
def read_export_schema(version: str) -> Response:
    """The JSON Schema of a person's export, of the version that its `format` names.

    Within a version tables and members are only added; readers take what they know. Every member
    that an export has stands in the schema of the installation that signed it.
    """
    check_version(version)
    tables = wiring().database.transact(read_export_shape)
    return json_answer(export_schema(tables, place=EXPORT_SCHEMA))
