"""Admission: organisations apply, and two people admit those that were assessed."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow
from app.http.answers import in_force
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.reasons import Reasoned, SentReason
from app.http.signing import unless_awaited
from app.http.validators import OneOf
from app.ids import parse
from app.shown.papers import ApplicationAnswer, application_answer
from app.usecases.organisations.admit_organisation import admit_organisation
from app.usecases.organisations.apply_organisations import (
    AppliedOrganisation,
    NewOrganisation,
    apply_organisations,
)
from app.usecases.organisations.decline_organisation import decline_organisation
from app.usecases.organisations.read_applications import read_applications
from behaviours.admission import ADMIT, STATES, STEPS
from behaviours.credit_codes import read_credit_code
from behaviours.json_value import JsonObject
from behaviours.organisations import ORGANISATION_KINDS as KINDS

blueprint = Blueprint("admission", __name__, description="How organisations come to take part.")

DECIDING = STEPS[ADMIT].by


class ApplicationBody(Strict):
    """An organisation that is to take part."""

    kind = plain.String(required=True, validate=OneOf(KINDS), metadata={"enum": list(KINDS)})
    name = Line(required=True, most=200, metadata={"example": "市民出行 Citizen Travel"})
    covered_emitter = plain.Boolean(
        load_default=False,
        metadata={"description": "Whether it has a compliance obligation of its own."},
    )


class SentApplication(TypedDict):
    """As ``ApplicationBody`` loads it."""

    kind: str
    name: str
    covered_emitter: bool


class DecliningBody(Reasoned):
    """Why an organisation may not take part."""


class ApplicationFilter(OfAPage):
    """Which applications."""

    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})
    credit_code = Line(
        most=32, metadata={"description": "Everything that was applied for by this code."}
    )


class WantedApplications(WantedPage, total=False):
    """As ``ApplicationFilter`` loads it."""

    state: NotRequired[str]
    credit_code: NotRequired[str]


class AwaitingApplication(ApplicationAnswer):
    """An application, and the roles that have yet to sign."""

    awaiting = plain.List(plain.String())


@blueprint.route("/v1/organisation-applications")
@allow(*DECIDING)
@blueprint.lists(ApplicationAnswer, "Applications", narrowed_by=ApplicationFilter)
def list_organisation_applications(wanted: WantedApplications) -> Response:
    """Who applied to take part, newest first."""
    stated = wanted.get("credit_code")
    return read_page(
        application_answer,
        read_applications,
        state=wanted.get("state"),
        credit_code=read_credit_code(stated, pointer="/credit_code") if stated else None,
    )


@blueprint.route("/v1/organisations", methods=["POST"])
@allow(*DECIDING, step="organisation.apply")
@blueprint.arguments(
    ApplicationBody, example={"kind": "provider", "name": "市民出行 Citizen Travel"}
)
@blueprint.response(202, AwaitingApplication)
def apply_for_organisation(body: SentApplication) -> Response:
    """File an organisation's application; what it states and hands over is assessed next."""

    def shown(made: list[AppliedOrganisation]) -> JsonObject:
        [one] = made
        return _awaiting(one)

    return once(shown, status=202, required=False)(
        apply_organisations,
        [NewOrganisation(body["kind"], body["name"], body["covered_emitter"])],
        **by_caller(),
    )


@blueprint.route("/v1/organisations/<organisation_id>/admit", methods=["POST"])
@allow(*DECIDING, step="organisation.admit")
@blueprint.signed(201, AwaitingApplication)
def sign_admission(organisation_id: str) -> Response:
    """Sign; the second signature, of another person and role, lets the organisation take part.

    It was assessed before, and everything accepted: 409 says what is missing. Who assessed does not
    sign. With the admission its ties bar verifiers, its scenes are applied for, and it may report
    the numbers of its issuers.
    """

    answer = once(_awaiting, status=unless_awaited(201), required=False)(
        admit_organisation,
        parse("org", organisation_id),
        programme=wiring().programme,
        scenes=wiring().scenes,
        **by_caller(),
    )
    return in_force(answer)


@blueprint.route("/v1/organisations/<organisation_id>/decline", methods=["POST"])
@allow(*DECIDING, step="organisation.decline")
@blueprint.arguments(DecliningBody, example={"reason": "No contract was signed."})
@blueprint.response(200, ApplicationAnswer)
def decline_application(body: SentReason, organisation_id: str) -> Response:
    """Decline an organisation that applied; it may apply anew."""
    return once(application_answer, required=False)(
        decline_organisation, parse("org", organisation_id), reason=body["reason"], **by_caller()
    )


def _awaiting(made: AppliedOrganisation) -> JsonObject:
    return {**application_answer(made.application), "awaiting": list(made.awaiting)}
