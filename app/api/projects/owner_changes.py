"""Routes of changes of owner: proposed by one, accepted by the other, confirmed by two."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, PublicId, Strict
from app.http.numbered import Numbered, SentNumber
from app.http.once import once, step_of
from app.http.pages import read_one
from app.http.reasons import Reasoned, SentReason
from app.http.signing import kept_when_signed, with_awaited
from app.http.validators import OneOf
from app.ids import parse
from app.shown.owner_changes import (
    OwnerChangeAnswer,
    OwnerChangesAnswer,
    owner_change_answer,
    owner_changes_answer,
)
from app.usecases.projects.accept_owner import accept_owner
from app.usecases.projects.propose_owner import propose_owner
from app.usecases.projects.read_owner_changes import read_owner_changes
from app.usecases.projects.refuse_owner import refuse_owner
from app.usecases.projects.sign_owner_change import sign_owner_change
from app.usecases.projects.withdraw_owner import withdraw_owner
from behaviours.json_value import JsonObject
from behaviours.projects.owner_change import (
    ACCEPT,
    BY_DAY,
    CONFIRM,
    REFUSE,
    RUNNING,
    STEPS,
    WITHDRAW,
    NewOwnerChange,
)
from behaviours.projects.project import APPLYING
from rewards.signing import ROLES

_OF_PROJECT: Final = "/v1/projects/<project_id>/owner-change"
blueprint = Blueprint("owner_changes", __name__, description="Projects that change hands.")
_step = step_of("prj", owner_change_answer)


class ProposedOwnerBody(Strict):
    """Who takes the project over, from which day on, and whose the running period is."""

    EXAMPLE: ClassVar[JsonObject] = {
        "next_owner_id": f"org_{'0199' + 28 * '0'}",
        "effective_on": "2028-07-01",
        "running_period": BY_DAY,
    }

    next_owner_id = PublicId("org", required=True)
    effective_on = Day(
        required=True, metadata={"description": "The first civil day of the next owner."}
    )
    running_period = plain.String(
        required=True,
        validate=OneOf(RUNNING),
        metadata={
            "enum": list(RUNNING),
            "description": "Whose a monitoring period is that runs over that day, as the act says.",
        },
    )


class SentProposedOwner(TypedDict):
    """As ``ProposedOwnerBody`` loads it."""

    next_owner_id: UUID
    effective_on: date
    running_period: str


class RefusedOwnerBody(Reasoned, Numbered):
    """Which change of the project is refused, and why."""

    EXAMPLE: ClassVar[JsonObject] = {"number": 1, "reason": "The act is not signed."}


class SentRefusedOwner(SentReason, SentNumber):
    """As ``RefusedOwnerBody`` loads it."""


class SignedOwnerChangeAnswer(OwnerChangeAnswer):
    """A change of owner after a signature."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


@blueprint.route("/v1/projects/<project_id>/owner-changes")
@allow(*SEEING)
@blueprint.response(200, OwnerChangesAnswer)
def list_owner_changes(project_id: str) -> Response:
    """The changes of owner of a project, in order; each party reads those of its own."""
    viewer = caller().viewer
    return read_one(owner_changes_answer, read_owner_changes, parse("prj", project_id), by=viewer)


@blueprint.route("/v1/projects/<project_id>/owner-changes", methods=["POST"])
@allow(APPLYING, step="project.propose_owner")
@blueprint.arguments(ProposedOwnerBody)
@blueprint.response(201, OwnerChangeAnswer)
def propose_owner_of_project(body: SentProposedOwner, project_id: str) -> Response:
    """Propose that another enterprise takes a registered project over.

    The act that both signed (`transfer_act`) has been handed in as a document of the project, and
    where others share the benefits their consent (`benefit_consent`).
    """
    said = NewOwnerChange(body["next_owner_id"], body["effective_on"], body["running_period"])
    return once(owner_change_answer, status=201, required=False)(
        propose_owner, parse("prj", project_id), said, **by_caller()
    )


@blueprint.route(f"{_OF_PROJECT}/accept", methods=["POST"])
@allow(*STEPS[ACCEPT].by, step="project.accept_owner")
@blueprint.arguments(Numbered)
@blueprint.response(200, OwnerChangeAnswer)
def accept_project(body: SentNumber, project_id: str) -> Response:
    """Take a project over, as its next owner; two people have yet to confirm."""
    return _step(accept_owner, project_id, body["number"], **by_caller())


@blueprint.route(f"{_OF_PROJECT}/withdraw", methods=["POST"])
@allow(*STEPS[WITHDRAW].by, step="project.withdraw_owner")
@blueprint.arguments(Numbered)
@blueprint.response(200, OwnerChangeAnswer)
def withdraw_owner_of_project(body: SentNumber, project_id: str) -> Response:
    """Withdraw from a change of owner before it is confirmed; either party may."""
    return _step(withdraw_owner, project_id, body["number"], **by_caller())


@blueprint.route(f"{_OF_PROJECT}/refuse", methods=["POST"])
@allow(*STEPS[REFUSE].by, step="project.refuse_owner")
@blueprint.arguments(RefusedOwnerBody)
@blueprint.response(200, OwnerChangeAnswer)
def refuse_owner_of_project(body: SentRefusedOwner, project_id: str) -> Response:
    """Refuse that a project changes hands, for a reason."""
    return _step(refuse_owner, project_id, body["number"], body["reason"], **by_caller())


@blueprint.route(f"{_OF_PROJECT}/confirm", methods=["POST"])
@allow(*STEPS[CONFIRM].by, step="project.change_owner")
@blueprint.arguments(Numbered, keyed=True)
@blueprint.signed(200, SignedOwnerChangeAnswer)
def confirm_owner_of_project(body: SentNumber, project_id: str) -> Response:
    """Sign a change of owner, on or after its first day; with the second signature the project is
    the next owner's.

    Units that were issued stay with who held them. What is issued later of a period that runs over
    that day is the former owner's, the next one's, or divided by days, as the act says.
    """
    return once(with_awaited(owner_change_answer), status=kept_when_signed)(
        sign_owner_change,
        parse("prj", project_id),
        body["number"],
        zone=wiring().programme.zone,
        **by_caller(),
    )
