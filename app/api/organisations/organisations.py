"""Who takes part: the organisations that submissions and transfers name."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.validators import OneOf
from app.shown.organisations import named_organisation
from app.usecases.organisations.read_organisations import read_organisations
from behaviours.json_value import JsonObject
from behaviours.organisations import ORGANISATION_KINDS as KINDS
from behaviours.standing import STANDINGS, OrganisationStanding

blueprint = Blueprint("organisations", __name__, description="Who takes part.")


class Filter(OfAPage):
    """Which organisations."""

    kind = plain.String(validate=OneOf(KINDS), metadata={"enum": list(KINDS)})


class Wanted(WantedPage, total=False):
    """As ``Filter`` loads it."""

    kind: str


class OrganisationAnswer(Schema):
    """An organisation by name."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(KINDS)})
    name = plain.String()
    status = plain.String(
        metadata={
            "enum": list(STANDINGS),
            "description": "With whoever is suspended or closed nothing new begins.",
        }
    )


@blueprint.route("/v1/organisations")
@allow("operator", "authority", "enterprise")
@blueprint.lists(OrganisationAnswer, "Organisations", narrowed_by=Filter)
def list_participants_of_the_market(wanted: Wanted) -> Response:
    """Organisations by kind: whom a bundle can be submitted or units transferred to."""
    return read_page(_shown, read_organisations, kind=wanted.get("kind"))


def _shown(found: OrganisationStanding) -> JsonObject:
    return {**named_organisation(found), "status": found.state}
