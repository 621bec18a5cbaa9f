"""Routes of losses: what a fire, a storm or a felling took back of a project."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, FileDigest, Line, Strict
from app.http.numbered import Numbered, SentNumber
from app.http.once import once
from app.http.pages import read_one
from app.http.signing import kept_when_signed, with_awaited
from app.http.validators import Between, Characters, Count, OneOf
from app.ids import parse
from app.shown.losses import LossAnswer, LossesAnswer, loss_answer, losses_answer
from app.usecases.projects.read_losses import read_losses
from app.usecases.projects.report_loss import report_loss
from app.usecases.projects.settle_loss import settle_loss
from behaviours.json_value import JsonObject
from behaviours.projects.design import MOST_STRATA
from behaviours.projects.loss import LOSS_KINDS, SETTLE, STEPS, NewLoss
from behaviours.projects.project import APPLYING, AUTHORITY, OPERATOR
from rewards.signing import ROLES

blueprint = Blueprint("losses", __name__, description="Losses of projects.")
_MOST_M2 = 10**12


class ReportedLossBody(Strict):
    """When, where and how much, and what the rule's values are since."""

    EXAMPLE: ClassVar[JsonObject] = {
        "kind": "storm",
        "occurred_on": "2027-02-01",
        "strata": ["S1"],
        "area_m2": 200000,
        "evidence_sha256": 64 * "0",
        "text": "台风过境，S1 层大部倒伏。",
        "after": {"tree_stated": {"S1.2026": "-120"}},
    }

    kind = plain.String(
        required=True, validate=OneOf(LOSS_KINDS), metadata={"enum": list(LOSS_KINDS)}
    )
    occurred_on = Day(required=True)
    strata = plain.List(Line(most=100), required=True, validate=Count(min=1, max=MOST_STRATA))
    area_m2 = plain.Integer(required=True, strict=True, validate=Between(1, _MOST_M2))
    evidence_sha256 = FileDigest(required=True)
    text = plain.String(required=True, validate=Characters(min=1, max=4_000))
    after = plain.Dict(
        keys=plain.String(),
        values=plain.Dict(keys=plain.String(), values=plain.String()),
        required=True,
        validate=Count(min=1, max=100),
        metadata={
            "description": "Values of the last issued period in these strata, as they are since:"
            " by parameter and cell."
        },
    )


class SentLoss(TypedDict):
    """As ``ReportedLossBody`` loads it."""

    kind: str
    occurred_on: date
    strata: list[str]
    area_m2: int
    evidence_sha256: bytes
    text: str
    after: dict[str, dict[str, str]]


class SignedLossAnswer(LossAnswer):
    """A loss after a signature."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


@blueprint.route("/v1/projects/<project_id>/losses")
@allow(*SEEING)
@blueprint.response(200, LossesAnswer)
def list_losses(project_id: str) -> Response:
    """The losses of a project, in order."""
    return read_one(losses_answer, read_losses, parse("prj", project_id), by=caller().viewer)


@blueprint.route("/v1/projects/<project_id>/losses", methods=["POST"])
@allow(APPLYING, OPERATOR, AUTHORITY, step="project.report_loss")
@blueprint.arguments(ReportedLossBody, keyed=True)
@blueprint.response(201, LossAnswer)
def report_loss_of_project(body: SentLoss, project_id: str) -> Response:
    """Report what a fire, a storm or a felling took back: its owner does, or the programme.

    The rule computes the last issued period once more with the values that hold since; the
    difference is the loss. Nothing is issued of the project until it is settled.
    """
    said = NewLoss(
        body["kind"],
        body["occurred_on"],
        tuple(body["strata"]),
        body["area_m2"],
        body["evidence_sha256"],
        body["text"],
        body["after"],
    )
    return once(loss_answer, status=201)(
        report_loss,
        parse("prj", project_id),
        said,
        rulebook=wiring().rulebook,
        deadlines=wiring().project_deadlines,
        **by_caller(),
    )


@blueprint.route("/v1/projects/<project_id>/loss/settle", methods=["POST"])
@allow(*STEPS[SETTLE].by, step="project.settle_loss")
@blueprint.arguments(Numbered, keyed=True)
@blueprint.signed(200, SignedLossAnswer)
def settle_loss_of_project(body: SentNumber, project_id: str) -> Response:
    """Sign a loss; with the second signature the reserve pays for it, newest vintages first.

    What the reserve lacks stands still, and nothing is issued until units are cancelled for it.
    """
    return once(with_awaited(loss_answer), status=kept_when_signed)(
        settle_loss,
        parse("prj", project_id),
        body["number"],
        deadlines=wiring().project_deadlines,
        **by_caller(),
    )
