"""Routes of the registration of projects: asked for, decided by two, suspended and ended."""

from __future__ import annotations

from typing import Final

from flask import Response
from marshmallow import fields as plain

from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line
from app.http.once import once, step_of
from app.http.pages import read_one
from app.http.reasons import Reasoned, SentReason
from app.http.signing import kept_when_signed, with_awaited
from app.http.validators import OneOf
from app.ids import parse
from app.shown.projects import ProjectAnswer, project_answer
from app.shown.registrations import (
    DecisionsAnswer,
    LateProjectsAnswer,
    decisions_answer,
    late_answer,
)
from app.usecases.projects.ask_registration import ask_registration
from app.usecases.projects.read_decisions import read_decisions
from app.usecases.projects.read_late_projects import read_late_projects
from app.usecases.projects.refuse_registration import refuse_registration
from app.usecases.projects.sign_project_step import sign_project_step
from app.usecases.projects.sign_registration import sign_registration
from app.usecases.projects.suspend_project import suspend_project
from behaviours.projects.project import (
    ASK,
    AUTHORITY,
    DEREGISTER,
    OPERATOR,
    REFUSE,
    REGISTER,
    RESUME,
    STEPS,
    SUSPEND,
)
from rewards.signing import ROLES

SIGNED_STEPS: Final = (RESUME, DEREGISTER)
blueprint = Blueprint("registrations", __name__, description="Registration of projects.")
MOST_LATE = 200
_step = step_of("prj", project_answer)
_signed = with_awaited(project_answer)


class SignedProjectAnswer(ProjectAnswer):
    """A project after a signature."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


class RefusalBody(Reasoned):
    """By which clause, and why."""

    clause = Line(required=True, most=200, metadata={"example": "办法第十二条"})


class SentRefusal(SentReason):
    """As ``RefusalBody`` loads it."""

    clause: str


class WhyProjectBody(Reasoned):
    """Why."""


class StandingBody(Reasoned):
    """What is to become of a project on the register, and why."""

    step = plain.String(
        required=True, validate=OneOf(SIGNED_STEPS), metadata={"enum": list(SIGNED_STEPS)}
    )


class SentStanding(SentReason):
    """As ``StandingBody`` loads it."""

    step: str


@blueprint.route("/v1/projects/late")
@allow(OPERATOR, AUTHORITY)
@blueprint.response(200, LateProjectsAnswer)
def list_late() -> Response:
    """Validations without an opinion after the days that the programme states, registrations that
    nobody decided in time (silence is never consent), land that was not verified for long, and
    losses that were reported too late."""
    deadlines, most = wiring().project_deadlines, MOST_LATE
    return read_one(late_answer, read_late_projects, deadlines=deadlines, most=most, **by_caller())


@blueprint.route("/v1/projects/<project_id>/decisions")
@allow(*SEEING)
@blueprint.response(200, DecisionsAnswer)
def show_decisions(project_id: str) -> Response:
    """What was asked and decided of a project's registration, and what it rests on, by digests."""
    return read_one(decisions_answer, read_decisions, parse("prj", project_id), by=caller().viewer)


@blueprint.route("/v1/projects/<project_id>/ask-registration", methods=["POST"])
@allow(*STEPS[ASK].by, step="project.ask_registration")
@blueprint.response(200, ProjectAnswer)
def ask_registration_of_project(project_id: str) -> Response:
    """Ask for the registration of a validated project; what it rests on is frozen from then on.

    A meter that another mechanism owns on a day of the crediting period is refused.
    """
    return _step(ask_registration, project_id, rulebook=wiring().rulebook, **by_caller())


@blueprint.route("/v1/projects/<project_id>/register", methods=["POST"])
@allow(*STEPS[REGISTER].by, step="project.register")
@blueprint.keyed
@blueprint.signed(200, SignedProjectAnswer)
def register_project(project_id: str) -> Response:
    """Sign the registration by what it rests on; the second signature gives the number.

    The meters of the project are its own from then on: what people report by them is refused, and
    a project by whose meter people have reported on its days is not registered.
    """
    return once(_signed, status=kept_when_signed)(
        sign_registration,
        parse("prj", project_id),
        rulebook=wiring().rulebook,
        prefix=wiring().programme.serial_prefix,
        **by_caller(),
    )


@blueprint.route("/v1/projects/<project_id>/refuse", methods=["POST"])
@allow(*STEPS[REFUSE].by, step="project.refuse")
@blueprint.arguments(RefusalBody)
@blueprint.response(200, ProjectAnswer)
def refuse_project(body: SentRefusal, project_id: str) -> Response:
    """Refuse to register a project, by a clause; its land and meters are free for others."""
    return _step(refuse_registration, project_id, **body, **by_caller())


@blueprint.route("/v1/projects/<project_id>/suspend", methods=["POST"])
@allow(*STEPS[SUSPEND].by, step="project.suspend")
@blueprint.arguments(WhyProjectBody)
@blueprint.response(200, ProjectAnswer)
def suspend(body: SentReason, project_id: str) -> Response:
    """Suspend a project on the register, at once."""
    return _step(suspend_project, project_id, reason=body["reason"], **by_caller())


@blueprint.route("/v1/projects/<project_id>/decision", methods=["POST"])
@allow(*STEPS[DEREGISTER].by, step="project.decide")
@blueprint.arguments(StandingBody, keyed=True)
@blueprint.signed(200, SignedProjectAnswer)
def decide_on_project(body: SentStanding, project_id: str) -> Response:
    """Sign that a suspended project goes on (`resume`), or that one is taken off the register
    (`deregister`): from the day after its meters are free.

    It stays while units of it are outstanding: neither retired nor cancelled.
    """
    return once(_signed, status=kept_when_signed)(
        sign_project_step,
        parse("prj", project_id),
        body["step"],
        reason=body["reason"],
        rulebook=wiring().rulebook,
        **by_caller(),
    )
