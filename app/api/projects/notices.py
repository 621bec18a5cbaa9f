"""Routes of the public notice of projects: opened and closed by an operator."""

from __future__ import annotations

from flask import Response

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import step_of
from app.shown.projects import ProjectAnswer, project_answer
from app.usecases.projects.close_notice import close_notice
from app.usecases.projects.open_notice import open_notice
from behaviours.projects.project import CLOSE_NOTICE, OPEN_NOTICE, STEPS

blueprint = Blueprint("project_notices", __name__, description="Public notice of projects.")
_step = step_of("prj", project_answer)


@blueprint.route("/v1/projects/<project_id>/notice", methods=["POST"])
@allow(*STEPS[OPEN_NOTICE].by, step="project.open_notice")
@blueprint.response(200, ProjectAnswer)
def open_notice_of_project(project_id: str) -> Response:
    """Put the design of a project on public notice, by the longest of the programme's rules that
    applies to it.

    Its ex-ante table is stated before. Everybody reads the design from then on, and may object to
    it with or without an account. Another design begins the notice anew, and has a table of its own
    before the notice is closed.
    """
    return _step(open_notice, project_id, deadlines=wiring().project_deadlines, **by_caller())


@blueprint.route("/v1/projects/<project_id>/close-notice", methods=["POST"])
@allow(*STEPS[CLOSE_NOTICE].by, step="project.close_notice")
@blueprint.response(200, ProjectAnswer)
def close_notice_of_project(project_id: str) -> Response:
    """Close the notice of a project: its days are over, and every objection has come to an end."""
    return _step(
        close_notice,
        project_id,
        deadlines=wiring().project_deadlines,
        complaints=wiring().deadlines,
        **by_caller(),
    )
