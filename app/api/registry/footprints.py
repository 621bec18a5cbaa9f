"""The footprint of an event or an enterprise: what it comes to, and what covers it."""

from __future__ import annotations

from typing import ClassVar, TypedDict

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, wiring
from app.http.fields import Line, Strict
from app.shown.footprints import (
    SentFootprintLine,
    cover_answer,
    footprint_lines,
    stated_footprint,
)
from app.usecases.registry.read_footprint_cover import read_footprint_cover
from behaviours.json_value import JsonObject
from rewards.registry.unit_classes import NEUTRALITY

blueprint = Blueprint("footprints", __name__, description="What has to be retired for an event.")

_KG = {"format": "decimal", "example": "7128.750000"}


class FootprintBody(Strict):
    """The lines of a footprint, and the use for which it is to be covered."""

    EXAMPLE: ClassVar[JsonObject] = {
        "purpose": "event_neutrality",
        "footprint": [
            {
                "source": "Electricity of the venue",
                "quantity": "12500",
                "unit": "kWh",
                "quantity_source": "Bill of the grid company, 2026-05",
                "factor_kg_per_unit": "0.5703",
                "factor_source": "The document that prints the factor, page",
            }
        ],
    }

    purpose = Line(required=True, metadata={"enum": [each.code for each in NEUTRALITY]})
    footprint = footprint_lines(required=True)


class SentFootprint(TypedDict):
    """As ``FootprintBody`` loads it."""

    purpose: str
    footprint: list[SentFootprintLine]


class FootprintAnswer(Schema):
    """What a footprint comes to, and what is missing to cover it."""

    total_kg = plain.String(metadata=_KG)
    needed_t = plain.String(metadata={"description": "Whole tonnes, rounded up.", "example": "8"})
    held_t = plain.String(metadata={"description": "Your free tonnes that permit the use."})
    missing_t = plain.String(metadata={"description": "What you would still have to buy."})
    lines = plain.List(plain.Dict(), metadata={"description": "As sent, each with its exact kg."})


@blueprint.route("/v1/footprints/quantify", methods=["POST"])
@allow("enterprise", hot=True)
@blueprint.arguments(FootprintBody)
@blueprint.response(200, FootprintAnswer)
def quantify_footprint(body: SentFootprint) -> Response:
    """What does this footprint come to, and how many tonnes are missing to cover it?

    Nothing is recorded. Buy what is missing (`GET /v1/listings`), then retire with the same lines
    (`footprint` of `POST /v1/retirements`): the signed certificate states them.
    """
    found = wiring().database.transact(
        read_footprint_cover,
        stated_footprint(body["footprint"]),
        purpose=body["purpose"],
        enterprise_id=asking_organisation(),
    )
    return jsonify(cover_answer(found))
