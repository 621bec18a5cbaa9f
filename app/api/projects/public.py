"""Projects as everybody reads them, without a token: from their first public notice on."""

from __future__ import annotations

import orjson
from flask import Response

from app.api.projects.cadtrust_context import cadtrust_context
from app.api.projects.projects import ProjectFilter, WantedProjects
from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.pages import read_one, read_page
from app.ids import parse, public
from app.shown.cadtrust_file import cadtrust_file
from app.shown.projects import ProjectAnswer, boundary_geojson, project_answer
from app.shown.public_projects import PublicProjectAnswer, public_project_answer
from app.usecases.projects.read_cadtrust import read_cadtrust
from app.usecases.projects.read_public_project import read_public_project
from app.usecases.projects.read_public_projects import read_public_projects

blueprint = Blueprint("public_projects", __name__, description="Projects, for everybody.")


@blueprint.route("/v1/registry/projects")
@allow_public
@blueprint.lists(ProjectAnswer, "PublicProjects", narrowed_by=ProjectFilter)
def list_public(wanted: WantedProjects) -> Response:
    """Projects whose design is or was on public notice, newest first."""
    return read_page(project_answer, read_public_projects, state=wanted.get("state"))


@blueprint.route("/v1/registry/projects/<project_id>")
@allow_public
@blueprint.response(200, PublicProjectAnswer)
def show_public(project_id: str) -> Response:
    """A project with its notices and the design document that was on notice last, by its digest.

    Whoever objects to it files a complaint of the kind `objection` while the notice runs, with or
    without an account.
    """
    return read_one(public_project_answer, read_public_project, parse("prj", project_id))


@blueprint.route("/v1/registry/projects/<project_id>/boundary")
@allow_public
@blueprint.response(200, description="GeoJSON", content_type="application/geo+json")
def show_public_boundary(project_id: str) -> Response:
    """The parcels of that design as GeoJSON."""
    found = wiring().database.transact(read_public_project, parse("prj", project_id))
    shown = boundary_geojson(found.design)
    return Response(orjson.dumps(shown), content_type="application/geo+json")


@blueprint.route("/v1/registry/projects/<project_id>/cadtrust.zip")
@allow_public
@blueprint.response(200, description="Rows of CAD Trust", content_type="application/zip")
def show_public_cadtrust(project_id: str) -> Response:
    """The project as rows of CAD Trust's data model 2.0.2: a JSON file for each table, numbered in
    the order in which its server takes them.

    Each row has an id, by which others refer to it, and what is sent. Bodies that CAD Trust's list
    does not know are left out with what would refer to them: `left-out.json` says so. The file is
    the same byte for byte while the books say the same.
    """
    identifier = parse("prj", project_id)
    source = wiring().database.transact(read_cadtrust, identifier)
    name = public("prj", identifier)
    return Response(
        cadtrust_file(source, cadtrust_context()),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="cadtrust-{name}.zip"'},
    )
