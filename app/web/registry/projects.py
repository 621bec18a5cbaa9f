"""Projects as pages: which there are, and of each its design, its notices and what was issued."""

from __future__ import annotations

from flask import Response, url_for

from app.auth import allow_public
from app.http.current import wiring
from app.ids import parse
from app.shown.projects import project_answer
from app.shown.public_projects import public_project_answer
from app.shown.report_words import area, last_day, per_cent
from app.usecases.projects.read_public_project import read_public_project
from app.usecases.projects.read_public_projects import read_public_projects
from app.web.reading import Pages, listed_page, reading_page
from behaviours.projects.project import ON_NOTICE
from behaviours.region_register import named_regions

blueprint = Pages("projects_page", __name__, description="Projects as pages to read.")


@blueprint.route("/registry/projects")
@allow_public
@blueprint.paged
@blueprint.page
def read_projects_page() -> Response:
    """Every project whose design is or was on public notice, newest first."""
    return listed_page(
        "projects.html", project_answer, read_public_projects, regions=named_regions()
    )


@blueprint.route("/registry/projects/<project_id>")
@allow_public
@blueprint.page
def read_project_page(project_id: str) -> Response:
    """A project: where it stands, its notices, its published design, and its units."""
    found = wiring().database.transact(read_public_project, parse("prj", project_id))
    one = public_project_answer(found)
    return reading_page(
        "project.html",
        one=one,
        design=found.design.content,
        on_notice=found.project.state == ON_NOTICE,
        regions=named_regions(),
        area=area,
        last_day=last_day,
        per_cent=per_cent,
        json_url=url_for("public_projects.show_public", project_id=project_id),
        boundary_url=url_for("public_projects.show_public_boundary", project_id=project_id),
    )
