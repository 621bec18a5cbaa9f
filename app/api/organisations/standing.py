"""How organisations stand: suspended at once by one, let in again and closed by two."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line, Strict
from app.http.once import once
from app.http.pages import read_one
from app.http.reasons import Reasoned, SentReason
from app.http.revoking import once_revoking
from app.http.signing import unless_awaited
from app.http.validators import OneOf
from app.ids import parse
from app.shown.standing import AwaitingStanding, SeenStanding, changed_standing, seen_standing
from app.tokens import LONGEST_LIFETIME
from app.usecases.organisations.close_organisation import close_organisation
from app.usecases.organisations.lift_suspension import lift_suspension
from app.usecases.organisations.read_organisation import read_organisation
from app.usecases.organisations.suspend_organisation import suspend_organisation
from behaviours.standing import GROUNDS, STEPS, SUSPEND

blueprint = Blueprint("standing", __name__, description="How organisations stand.")

ACTING = STEPS[SUSPEND].by


class SuspensionBody(Strict):
    """Why an organisation is suspended: a ground of the list, and what happened."""

    ground = plain.String(required=True, validate=OneOf(GROUNDS), metadata={"enum": list(GROUNDS)})
    reason = Line(required=True, most=500)


class SentSuspension(TypedDict):
    """As ``SuspensionBody`` loads it."""

    ground: str
    reason: str


class StandingReasonBody(Reasoned):
    """Why it takes part again, or does not any more."""


@blueprint.route("/v1/organisations/<organisation_id>")
@allow(*ACTING)
@blueprint.response(200, SeenStanding)
def show_organisation(organisation_id: str) -> Response:
    """An organisation as it stands, what is open with it, and what was done to it."""
    return read_one(
        seen_standing, read_organisation, parse("org", organisation_id), clock=wiring().clock
    )


@blueprint.route("/v1/organisations/<organisation_id>/suspend", methods=["POST"])
@allow(*ACTING, step="organisation.suspend")
@blueprint.arguments(
    SuspensionBody,
    example={"ground": "false_reports", "reason": "Rides were reported of people who were abroad."},
)
@blueprint.response(200, AwaitingStanding)
def suspend(body: SentSuspension, organisation_id: str) -> Response:
    """Suspend an organisation at once: its tokens are dead within a second, and nothing new begins.

    What was done stands, and what people hold stays theirs. `open` says with whom to speak now.
    """
    return once_revoking(changed_standing, status=unless_awaited(200), required=False)(
        suspend_organisation,
        parse("org", organisation_id),
        ground=body["ground"],
        reason=body["reason"],
        access_lifetime=LONGEST_LIFETIME,
        **by_caller(),
    )


@blueprint.route("/v1/organisations/<organisation_id>/lift", methods=["POST"])
@allow(*ACTING, step="organisation.lift")
@blueprint.arguments(
    StandingReasonBody, example={"reason": "The reports were corrected on 3 March."}
)
@blueprint.signed(200, AwaitingStanding)
def sign_lifting(body: SentReason, organisation_id: str) -> Response:
    """Sign that a suspension ends; the second signature, of the other role, ends it.

    The organisation's programs and users come in as before, and its files are read on.
    """
    return once(changed_standing, status=unless_awaited(200), required=False)(
        lift_suspension, parse("org", organisation_id), reason=body["reason"], **by_caller()
    )


@blueprint.route("/v1/organisations/<organisation_id>/close", methods=["POST"])
@allow(*ACTING, step="organisation.close")
@blueprint.arguments(StandingReasonBody, example={"reason": "The contract ended on 31 March."})
@blueprint.signed(200, AwaitingStanding)
def sign_closing(body: SentReason, organisation_id: str) -> Response:
    """Sign that an organisation is closed for good; the second signature closes it.

    What is open of other people's with it is settled first: 409 says what and how much. Its users,
    clients, offers, waiting files and links end with it; its name stays in the books, and people
    keep their accounts. `?dry_run=true` shows the numbers.
    """
    return once_revoking(changed_standing, status=unless_awaited(200), required=False)(
        close_organisation,
        parse("org", organisation_id),
        reason=body["reason"],
        access_lifetime=LONGEST_LIFETIME,
        **by_caller(),
    )
