"""Routes of design documents and of the land that they state."""

from __future__ import annotations

import orjson
from flask import Response

from app.api.projects.design_bodies import DesignBody, SentDesign, design_of
from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import step_of
from app.http.pages import read_one
from app.ids import parse
from app.shown.projects import DesignAnswer, boundary_geojson, design_answer
from app.usecases.projects.read_design import read_design
from app.usecases.projects.state_design import state_design
from behaviours.projects.project import DESIGN, STEPS

blueprint = Blueprint("designs", __name__, description="Design documents of projects.")


@blueprint.route("/v1/projects/<project_id>/design-document", methods=["POST"])
@allow(*STEPS[DESIGN].by, step="project.design")
@blueprint.arguments(DesignBody)
@blueprint.response(201, DesignAnswer)
def state_design_document(body: SentDesign, project_id: str) -> Response:
    """State the design document, as a whole; from then on the project holds its land and meters.

    Borders may touch; land that another project holds is refused, and what is shared is shown, as
    is a meter of another project, of another mechanism or inside a covered emitter's boundary. The
    same document again changes nothing; during the public notice another one begins it anew.
    """
    return step_of("prj", design_answer, 201)(
        state_design,
        project_id,
        design_of(body),
        rulebook=wiring().rulebook,
        deadlines=wiring().project_deadlines,
        **by_caller(),
    )


@blueprint.route("/v1/projects/<project_id>/design-document")
@allow(*SEEING)
@blueprint.response(200, DesignAnswer)
def show_design_document(project_id: str) -> Response:
    """The design document that was stated last."""
    return read_one(design_answer, read_design, parse("prj", project_id), by=caller().viewer)


@blueprint.route("/v1/projects/<project_id>/boundary")
@allow(*SEEING)
@blueprint.response(200, description="GeoJSON", content_type="application/geo+json")
def show_boundary(project_id: str) -> Response:
    """The parcels of the design document as GeoJSON, with their areas."""
    design = wiring().database.transact(read_design, parse("prj", project_id), by=caller().viewer)
    return Response(orjson.dumps(boundary_geojson(design)), content_type="application/geo+json")
