"""How organisations stand: suspended at once by one, let in again and closed by two."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Strict
from app.http.once import once
from app.http.validators import OneOf
from app.ids import parse
from app.shown.standing import AwaitingStanding, SeenStanding, changed_standing, seen_standing
from app.tokens import LONGEST_LIFETIME, tokens
from app.usecases.organisations.close_organisation import close_organisation
from app.usecases.organisations.lift_suspension import lift_suspension
from app.usecases.organisations.read_organisation import read_organisation
from app.usecases.organisations.suspend_organisation import suspend_organisation
from behaviours.changed_standing import ChangedStanding
from behaviours.json_value import JsonObject
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


class StandingReasonBody(Strict):
    """Why it takes part again, or does not any more."""

    reason = Line(required=True, most=500)


class SentStandingReason(TypedDict):
    """As ``StandingReasonBody`` loads it."""

    reason: str


@blueprint.route("/v1/organisations/<organisation_id>")
@allow(*ACTING)
@blueprint.response(200, SeenStanding)
def show_organisation(organisation_id: str) -> Response:
    """An organisation as it stands, what is open with it, and what was done to it."""
    seen = wiring().database.transact(
        read_organisation, parse("org", organisation_id), clock=wiring().clock
    )
    return json_answer(seen_standing(seen))


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
    revoked: list[str] = []
    answer = once(_telling(revoked), status=_status, required=False)(
        suspend_organisation,
        parse("org", organisation_id),
        ground=body["ground"],
        reason=body["reason"],
        by=caller().viewer,
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring().clock,
    )
    return _noted(answer, revoked)


@blueprint.route("/v1/organisations/<organisation_id>/lift", methods=["POST"])
@allow(*ACTING, step="organisation.lift")
@blueprint.arguments(
    StandingReasonBody, example={"reason": "The reports were corrected on 3 March."}
)
@blueprint.response(200, AwaitingStanding)
@blueprint.alt_response(202, schema=AwaitingStanding, description="The other role has yet to sign")
def sign_lifting(body: SentStandingReason, organisation_id: str) -> Response:
    """Sign that a suspension ends; the second signature, of the other role, ends it.

    The organisation's programs and users come in as before, and its files are read on.
    """
    return once(
        changed_standing, status=lambda done: 202 if done.awaiting else 200, required=False
    )(
        lift_suspension,
        parse("org", organisation_id),
        reason=body["reason"],
        by=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/organisations/<organisation_id>/close", methods=["POST"])
@allow(*ACTING, step="organisation.close")
@blueprint.arguments(StandingReasonBody, example={"reason": "The contract ended on 31 March."})
@blueprint.response(200, AwaitingStanding)
@blueprint.alt_response(202, schema=AwaitingStanding, description="The other role has yet to sign")
def sign_closing(body: SentStandingReason, organisation_id: str) -> Response:
    """Sign that an organisation is closed for good; the second signature closes it.

    What is open of other people's with it is settled first: 409 says what and how much. Its users,
    clients, offers, waiting files and links end with it; its name stays in the books, and people
    keep their accounts. `?dry_run=true` shows the numbers.
    """
    revoked: list[str] = []
    answer = once(_telling(revoked), status=_status, required=False)(
        close_organisation,
        parse("org", organisation_id),
        reason=body["reason"],
        by=caller().viewer,
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring().clock,
    )
    return _noted(answer, revoked)


def _telling(revoked: list[str]) -> Callable[[ChangedStanding], JsonObject]:
    """How a step is shown after which tokens are dead; ``revoked`` is filled with their names."""

    def shown(done: ChangedStanding) -> JsonObject:
        revoked.extend(done.revoked)
        return changed_standing(done)

    return shown


def _status(done: ChangedStanding) -> int:
    return 202 if done.awaiting else 200


def _noted(answer: Response, revoked: list[str]) -> Response:
    """The same answer, once this process knows what tokens are dead."""
    tokens().take_note(revoked)
    return answer
