"""Where recorded mass went: for everybody, and for the desks of the programme."""

from __future__ import annotations

from flask import Response

from app.auth import allow, allow_public
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.shown.flow import FlowAnswer, flow_answer
from app.usecases.registry.read_flow import read_flow

blueprint = Blueprint("flow", __name__, description="From what was recorded to what was retired.")


@blueprint.route("/v1/registry/flow")
@allow_public
@blueprint.response(200, FlowAnswer)
def show_flow() -> Response:
    """What was recorded, and where it went: pool, bundles, units, until they were retired.

    In whole months, up to the last one in which enough people did something; units as they are now.
    Sums of closed days and the lines of the carbon book, in milligrams.
    """
    rules = wiring()
    terms = rules.programme.statistics
    found = rules.database.transact(
        read_flow,
        of_points_only=rules.rulebook.only_for_points,
        zone=rules.zone,
        terms=terms,
    )
    return json_answer(flow_answer(found, terms.least_people))


@blueprint.route("/v1/registry/flow/desk")
@allow("operator", "authority")
@blueprint.response(200, FlowAnswer)
def show_flow_to_desk() -> Response:
    """The same up to the last closed day, nothing hidden, for who answers for the programme."""
    rules = wiring()
    found = rules.database.transact(
        read_flow, of_points_only=rules.rulebook.only_for_points, zone=rules.zone, terms=None
    )
    return json_answer(flow_answer(found, 0))
