"""Routes of changes of designs: asked for by the owner, validated, accepted by two."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.api.projects.design_bodies import DesignBody, SentDesign, design_of
from app.api.projects.period_bodies import ExAnteBody, SentExAnte, ex_ante_of
from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.encoded_file import PIXEL, EncodedBody
from app.http.fields import Day, Line, PublicId, Strict
from app.http.numbered import Numbered, SentNumber
from app.http.once import once, step_of
from app.http.pages import read_one
from app.http.reasons import Reasoned, SentReason
from app.http.signing import kept_when_signed, with_awaited
from app.http.validators import Characters, OneOf
from app.ids import parse
from app.shown.design_changes import (
    DesignChangeAnswer,
    DesignChangesAnswer,
    design_change_answer,
    design_changes_answer,
)
from app.usecases.projects.accept_design_change import accept_design_change
from app.usecases.projects.ask_design_change import NewDesignChange, ask_design_change
from app.usecases.projects.give_change_opinion import give_change_opinion
from app.usecases.projects.read_design_changes import read_design_changes
from app.usecases.projects.refuse_design_change import refuse_design_change
from app.usecases.projects.seat_change_validator import seat_change_validator
from app.usecases.projects.withdraw_design_change import withdraw_design_change
from behaviours.json_value import JsonObject
from behaviours.projects.design_change import (
    ACCEPT,
    KINDS,
    MONITORING_PLAN,
    PASS,
    REFUSE,
    SEAT,
    STEPS,
    VERDICT_STEPS,
    WITHDRAW,
)
from behaviours.projects.project import APPLYING
from behaviours.projects.validation import POSITIVE, NewValidationOpinion
from rewards.signing import ROLES

_OF_PROJECT: Final = "/v1/projects/<project_id>/design-change"
blueprint = Blueprint("design_changes", __name__, description="Designs that change.")
_step = step_of("prj", design_change_answer)


class AskedDesignBody(Strict):
    """What changes, from which day on, and the whole design with its table."""

    EXAMPLE: ClassVar[JsonObject] = {
        "kind": MONITORING_PLAN,
        "effective_on": "2028-01-01",
        "text": "The meters are read by the hour.",
        "design_document": DesignBody.EXAMPLE,
        "ex_ante": ExAnteBody.EXAMPLE,
    }

    kind = plain.String(required=True, validate=OneOf(KINDS), metadata={"enum": list(KINDS)})
    effective_on = Day(
        metadata={
            "description": "The first day on which it counts; it follows from the crediting period"
            " of a renewal and of another start."
        }
    )
    text = plain.String(required=True, validate=Characters(min=1, max=4_000))
    design_document = plain.Nested(DesignBody, required=True)
    ex_ante = plain.Nested(ExAnteBody, required=True)
    methodology_version = Line(
        most=64, metadata={"description": "Of a renewal: the version that is in force."}
    )


class SentAskedDesign(TypedDict):
    """As ``AskedDesignBody`` loads it."""

    kind: str
    effective_on: NotRequired[date]
    text: str
    design_document: SentDesign
    ex_ante: SentExAnte
    methodology_version: NotRequired[str]


class ChangeValidatorBody(Numbered):
    """Who validates which change."""

    EXAMPLE: ClassVar[JsonObject] = {"number": 1, "validator_id": f"org_{'0199' + 28 * '0'}"}

    validator_id = PublicId("org", required=True)


class SentChangeValidator(SentNumber):
    """As ``ChangeValidatorBody`` loads it."""

    validator_id: UUID


class ChangeOpinionBody(EncodedBody, Numbered):
    """An opinion on a change, with its report in base64."""

    EXAMPLE: ClassVar[JsonObject] = {
        "number": 1,
        "verdict": POSITIVE,
        "statement": "The change follows the rule.",
        **PIXEL,
    }

    verdict = plain.String(
        required=True, validate=OneOf([*VERDICT_STEPS]), metadata={"enum": list(VERDICT_STEPS)}
    )
    statement = plain.String(required=True, validate=Characters(min=1, max=4_000))


class SentChangeOpinion(SentNumber):
    """As ``ChangeOpinionBody`` loads it."""

    verdict: str
    statement: str
    media_type: str
    content: bytes


class RefusedDesignBody(Reasoned, Numbered):
    """Which change of the design is refused, and why."""

    EXAMPLE: ClassVar[JsonObject] = {"number": 1, "reason": "The new parcels are a reserve."}


class SentRefusedDesign(SentReason, SentNumber):
    """As ``RefusedDesignBody`` loads it."""


class SignedDesignChangeAnswer(DesignChangeAnswer):
    """A change of a design after a signature."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


@blueprint.route("/v1/projects/<project_id>/design-changes")
@allow(*SEEING)
@blueprint.response(200, DesignChangesAnswer)
def list_design_changes(project_id: str) -> Response:
    """The changes of a project's design, in order; who validates one reads that one."""
    viewer = caller().viewer
    return read_one(design_changes_answer, read_design_changes, parse("prj", project_id), by=viewer)


@blueprint.route("/v1/projects/<project_id>/design-changes", methods=["POST"])
@allow(APPLYING, step="project.ask_design_change")
@blueprint.arguments(AskedDesignBody)
@blueprint.response(201, DesignChangeAnswer)
def ask_design_change_of_project(body: SentAskedDesign, project_id: str) -> Response:
    """Ask for another design of a registered project, from a day on: another start, monitoring
    plan, boundary, figures or technique, or the renewal of its crediting period.

    The design document and the ex-ante table are sent whole; each kind may change its own parts.
    What was reported stays as it is: a change never reaches days that a report has. A renewal is
    asked for before the programme's last day for it, by the version of the rule that is in force.
    """
    said = NewDesignChange(
        body["kind"],
        body.get("effective_on"),
        body["text"],
        design_of(body["design_document"]),
        ex_ante_of(body["ex_ante"]),
        body.get("methodology_version"),
    )
    return once(design_change_answer, status=201, required=False)(
        ask_design_change,
        parse("prj", project_id),
        said,
        rulebook=wiring().rulebook,
        deadlines=wiring().project_deadlines,
        **by_caller(),
    )


@blueprint.route(f"{_OF_PROJECT}/validator", methods=["POST"])
@allow(*STEPS[SEAT].by, step="project.seat_change_validator")
@blueprint.arguments(ChangeValidatorBody)
@blueprint.response(200, DesignChangeAnswer)
def seat_validator_of_change(body: SentChangeValidator, project_id: str) -> Response:
    """Give a change to who validates it; nobody who verified a period of the project."""
    return _step(
        seat_change_validator,
        project_id,
        body["number"],
        body["validator_id"],
        rulebook=wiring().rulebook,
        **by_caller(),
    )


@blueprint.route(f"{_OF_PROJECT}/opinion", methods=["POST"])
@allow(*STEPS[PASS].by, step="project.give_change_opinion")
@blueprint.arguments(ChangeOpinionBody)
@blueprint.response(200, DesignChangeAnswer)
def give_opinion_of_change(body: SentChangeOpinion, project_id: str) -> Response:
    """Give the opinion on a change, with its report."""
    said = NewValidationOpinion(
        body["verdict"], body["statement"], body["media_type"], body["content"]
    )
    return _step(
        give_change_opinion,
        project_id,
        body["number"],
        said,
        rulebook=wiring().rulebook,
        identity_key=wiring().settings.identity_key,
        **by_caller(),
    )


@blueprint.route(f"{_OF_PROJECT}/withdraw", methods=["POST"])
@allow(*STEPS[WITHDRAW].by, step="project.withdraw_design_change")
@blueprint.arguments(Numbered)
@blueprint.response(200, DesignChangeAnswer)
def withdraw_change_of_design(body: SentNumber, project_id: str) -> Response:
    """Withdraw a change before it is decided."""
    return _step(withdraw_design_change, project_id, body["number"], **by_caller())


@blueprint.route(f"{_OF_PROJECT}/refuse", methods=["POST"])
@allow(*STEPS[REFUSE].by, step="project.refuse_design_change")
@blueprint.arguments(RefusedDesignBody)
@blueprint.response(200, DesignChangeAnswer)
def refuse_change_of_design(body: SentRefusedDesign, project_id: str) -> Response:
    """Refuse a change of a design, for a reason."""
    return _step(refuse_design_change, project_id, body["number"], body["reason"], **by_caller())


@blueprint.route(f"{_OF_PROJECT}/accept", methods=["POST"])
@allow(*STEPS[ACCEPT].by, step="project.accept_design_change")
@blueprint.arguments(Numbered, keyed=True)
@blueprint.signed(200, SignedDesignChangeAnswer)
def accept_change_of_design(body: SentNumber, project_id: str) -> Response:
    """Sign a change of a design; with the second signature it counts from its first day on.

    The land and the meters are checked once more, and are the project's as the design says.
    """
    return once(with_awaited(design_change_answer), status=kept_when_signed)(
        accept_design_change,
        parse("prj", project_id),
        body["number"],
        rulebook=wiring().rulebook,
        **by_caller(),
    )
