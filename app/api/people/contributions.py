"""Contributions: which of my reductions may be pooled into bundles."""

from __future__ import annotations

from typing import NotRequired

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, wiring
from app.http.fields import Line, Moment, moment
from app.http.once import once
from app.http.pages import read_page
from app.http.periods import PeriodBody, SentPeriod
from app.ids import parse, public
from app.usecases.people.entrust import Entrustment, entrust
from app.usecases.people.read_contributions import read_contributions
from app.usecases.people.withdraw_entrustment import withdraw_entrustment
from behaviours.json_value import JsonObject
from behaviours.people import Contribution

blueprint = Blueprint("contributions", __name__, description="What a person lets be pooled.")


class EntrustmentBody(PeriodBody):
    """Reductions of a period, of one methodology or of all."""

    methodology = Line(metadata={"description": "Left out: every methodology."})
    text_version = Line(required=True, most=64)


class SentEntrustment(SentPeriod):
    """As ``EntrustmentBody`` loads it."""

    methodology: NotRequired[str]
    text_version: str


class ContributionFields(Schema):
    """An entrustment as it stands."""

    id = plain.String(metadata={"example": "ctb_0199b2c3d4e57f0080000000000000aa"})
    methodology = plain.String(allow_none=True)
    text_version = plain.String()
    granted_at = Moment()
    withdrawn_at = Moment(allow_none=True)


ContributionAnswer = ContributionFields.from_dict(
    {"from": plain.Date(), "to": plain.Date()}, name="Contribution"
)


@blueprint.route("/v1/me/contributions")
@allow("participant")
@blueprint.lists(ContributionAnswer, "Contributions")
def list_contributions() -> Response:
    """My contributions, newest first, also those I have withdrawn."""
    return read_page(as_json, read_contributions, viewer=caller().viewer)


@blueprint.route("/v1/me/contributions", methods=["POST"])
@allow("participant")
@blueprint.arguments(
    EntrustmentBody,
    keyed=True,
    example={"from": "2026-01-01", "to": "2026-12-31", "text_version": "2026-01"},
)
@blueprint.response(201, ContributionAnswer)
def contribute(body: SentEntrustment) -> Response:
    """Entrust my reductions of a period, so that they may be verified, pooled and sold."""
    entrustment = Entrustment(
        body["from"], body["to"], body["text_version"], body.get("methodology")
    )

    def shown(made: list[Contribution]) -> JsonObject:
        [contribution] = made
        return as_json(contribution)

    return once(shown, status=201)(
        entrust,
        asking_participant(),
        [entrustment],
        methodologies={version.code for version in wiring().rulebook.versions()},
        clock=wiring().clock,
    )


@blueprint.route("/v1/me/contributions/<contribution_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def withdraw(contribution_id: str) -> Response:
    """Withdraw a contribution: what is not sealed yet is taken out, what is sealed stays."""
    participant_id, known = asking_participant(), parse("ctb", contribution_id)
    wiring().database.transact(withdraw_entrustment, participant_id, [known], clock=wiring().clock)
    return Response(status=204)


def as_json(contribution: Contribution) -> JsonObject:
    """A contribution as an answer."""
    withdrawn_at = contribution.withdrawn_at
    return {
        "id": public("ctb", contribution.contribution_id),
        "methodology": contribution.methodology,
        "from": contribution.occurred_from.isoformat(),
        "to": contribution.occurred_to.isoformat(),
        "text_version": contribution.text_version,
        "granted_at": moment(contribution.granted_at),
        "withdrawn_at": moment(withdrawn_at) if withdrawn_at else None,
    }
