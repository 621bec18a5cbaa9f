"""Routes of projects: applied for, changed while a draft, submitted and withdrawn."""

from __future__ import annotations

from typing import Final

from flask import Response
from marshmallow import fields as plain

from app.api.projects.bodies import ProjectBody, SentProject, project_of
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import once, step_of
from app.http.pages import OfAPage, WantedPage, read_one, read_page
from app.http.validators import OneOf
from app.ids import parse
from app.shown.projects import ProjectAnswer, project_answer
from app.usecases.projects.apply_project import apply_project
from app.usecases.projects.change_project import change_project
from app.usecases.projects.read_project import read_project
from app.usecases.projects.read_projects import read_projects
from app.usecases.projects.submit_project import submit_project
from app.usecases.projects.withdraw_project import withdraw_project
from behaviours.projects.project import (
    APPLYING,
    CHANGE,
    STATES,
    STEPS,
    SUBMIT,
    VALIDATING,
    WITHDRAW,
)

blueprint = Blueprint("projects", __name__, description="Projects, from an application on.")

SEEING: Final = (APPLYING, VALIDATING, "operator", "authority")
_step = step_of("prj", project_answer)


class ProjectFilter(OfAPage):
    """Which projects."""

    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})


class WantedProjects(WantedPage, total=False):
    """As ``ProjectFilter`` loads it."""

    state: str


@blueprint.route("/v1/projects")
@allow(*SEEING)
@blueprint.lists(ProjectAnswer, "ProjectList", narrowed_by=ProjectFilter)
def list_projects(wanted: WantedProjects) -> Response:
    """One's own projects, newest first; operators and the authority see all, or their city's."""
    return read_page(project_answer, read_projects, by=caller().viewer, state=wanted.get("state"))


@blueprint.route("/v1/projects", methods=["POST"])
@allow(APPLYING, step="project.apply")
@blueprint.arguments(ProjectBody)
@blueprint.response(201, ProjectAnswer)
def apply_for_project(body: SentProject) -> Response:
    """Apply with a project: the owner, or whom the owner entrusted in writing.

    It takes a rule of projects that is in force, and is a draft until it is submitted.
    """
    return once(project_answer, status=201, required=False)(
        apply_project, project_of(body), rulebook=wiring().rulebook, **by_caller()
    )


@blueprint.route("/v1/projects/<project_id>")
@allow(*SEEING)
@blueprint.response(200, ProjectAnswer)
def show_project(project_id: str) -> Response:
    """One project as it stands."""
    return read_one(project_answer, read_project, parse("prj", project_id), by=caller().viewer)


@blueprint.route("/v1/projects/<project_id>/statement", methods=["POST"])
@allow(*STEPS[CHANGE].by, step="project.change")
@blueprint.arguments(ProjectBody)
@blueprint.response(200, ProjectAnswer)
def state_project(body: SentProject, project_id: str) -> Response:
    """Say anew what a draft says of itself; it takes the place of what was said."""
    return _step(
        change_project, project_id, project_of(body), rulebook=wiring().rulebook, **by_caller()
    )


@blueprint.route("/v1/projects/<project_id>/submit", methods=["POST"])
@allow(*STEPS[SUBMIT].by, step="project.submit")
@blueprint.response(200, ProjectAnswer)
def submit(project_id: str) -> Response:
    """Submit a project: what it says of itself stands, and its design document is awaited.

    Tenure or grid connection has been handed in, and for another owner the written entrustment.
    """
    return _step(submit_project, project_id, rulebook=wiring().rulebook, **by_caller())


@blueprint.route("/v1/projects/<project_id>/withdraw", methods=["POST"])
@allow(*STEPS[WITHDRAW].by, step="project.withdraw")
@blueprint.response(200, ProjectAnswer)
def withdraw(project_id: str) -> Response:
    """Withdraw a project before it is registered; its land and meters are free for others."""
    return _step(withdraw_project, project_id, **by_caller())
