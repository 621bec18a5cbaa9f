"""Who takes part: the organisations that submissions and transfers name."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Strict
from app.http.pages import as_page, cursor_id, page_of
from app.http.validators import OneOf
from app.ids import public
from app.usecases.organisations.read_organisations import read_organisations
from behaviours.organisations import ORGANISATION_KINDS as KINDS

blueprint = Blueprint("organisations", __name__, description="Who takes part.")


class Filter(Strict):
    """Which organisations."""

    kind = plain.String(validate=OneOf(KINDS), metadata={"enum": list(KINDS)})
    limit = plain.String()
    cursor = plain.String()


class Wanted(TypedDict, total=False):
    """As ``Filter`` loads it."""

    kind: str
    limit: str
    cursor: str


class OrganisationAnswer(Schema):
    """An organisation by name."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(KINDS)})
    name = plain.String()


Organisations = page_of(OrganisationAnswer, "Organisations")


@blueprint.route("/v1/organisations")
@allow("operator", "authority", "enterprise")
@blueprint.arguments(Filter, location="query")
@blueprint.response(200, Organisations)
def list_participants_of_the_market(wanted: Wanted) -> Response:
    """Organisations by kind: whom a bundle can be submitted or units transferred to."""
    most, before = cursor_id()
    rows = wiring().database.transact(
        read_organisations, kind=wanted.get("kind"), before=before, most=most
    )
    return as_page(
        [
            {"id": public("org", row.organisation_id), "kind": row.kind, "name": row.name}
            for row in rows
        ]
    )
