"""The route that takes an action back: at once, or when a second person has signed too."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import wiring
from app.http.dry_run import DRY_RUN, dry_run
from app.http.fields import Line, Strict, moment
from app.http.languages import preferred_language
from app.http.once import once
from app.http.validators import OneOf
from app.ids import parse, public
from app.messages.catalogues import text
from app.usecases.pooling.cover_reversed import ReversedCover
from app.usecases.recording.ask_reversal import ReversalAsked, ask_reversal
from app.usecases.recording.reverse_actions import Reversing
from behaviours.actions.reversal import AUTHORITY, OPERATOR, PROVIDER, REASONS
from behaviours.actions.waiting import REVERSED
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg

blueprint = Blueprint("reversals", __name__, description="What is taken back, and who signs it.")


class ReversalBody(Strict):
    """Why the action is taken back; the person can read it."""

    reason = Line(required=True, most=500, metadata={"example": "The gate reported a test ride."})
    reason_code = Line(
        validate=OneOf(REASONS),
        metadata={
            "enum": list(REASONS),
            "description": "Needed where two people sign; both sign the same one.",
        },
    )

    anew = plain.Boolean(
        truthy={True},
        falsy={False},
        metadata={"description": "Begin again what somebody signed and nobody else did in time."},
    )


class SentReversal(TypedDict):
    """As ``ReversalBody`` loads it."""

    reason: str
    reason_code: NotRequired[str]
    anew: NotRequired[bool]


@blueprint.route("/v1/actions/<action_id>/reversals", methods=["POST"])
@allow(PROVIDER, OPERATOR, AUTHORITY, step="action.reverse")
@blueprint.arguments(ReversalBody)
@blueprint.doc(parameters=[DRY_RUN])
@blueprint.response(201, ANY_OBJECT, description="What the reversal took back, and what stays")
@blueprint.alt_response(200, schema=ANY_OBJECT, description="What it would come to")
@blueprint.alt_response(
    202, schema=ANY_OBJECT, description="What it would come to, and who has yet to sign"
)
def reverse_stored_action(body: SentReversal, action_id: str) -> Response:
    """Take an action back. Its claims are free again, its points are taken back or owed.

    The provider that reported it does so alone, and two operators do, while its reduction is in
    no frozen bundle; it leaves its bundle then. After the freeze it takes two people of two roles:
    the first call is answered 202 with what it would come to, the second one carries it out. The
    units stay, with their claims: the reserve pays by a posting, and what it lacks is the bundle's
    shortfall, which suspends as many of its units until others are cancelled for them. The second
    person has as long as the programme says (`lapses_at`); later it is refused
    (`REVERSAL_LAPSED`), and `anew` begins it again.

    Owed is what was spent of the points. So long after the action as the programme says, they
    stay with the person (`kept`).
    """
    asked, who = parse("act", action_id), caller()
    return once(_reversal_answer, status=_reversal_status, required=False)(
        ask_reversal,
        Reversing(asked, body["reason"], body.get("reason_code")),
        viewer=who.viewer,
        reversed_by=f"{who.role}:{who.name}",
        rulebook=wiring().rulebook,
        policies=wiring().policies,
        clock=wiring().clock,
        takes_points_for_months=wiring().programme.people.clawback_months,
        signed_for=wiring().programme.signed_for,
        anew=body.get("anew", False),
        dry_run=dry_run(),
    )


def _reversal_status(asked: ReversalAsked) -> int:
    if asked.done:
        return 201
    return 202 if asked.awaiting else 200


def _reversal_answer(asked: ReversalAsked) -> JsonObject:
    done = asked.effect
    stored, place = done.stored, done.place
    cover = place.cover if place else None
    facts = {}
    if cover:
        facts = {"taken_kg": kg(cover.taken_mg), "shortfall_kg": kg(cover.shortfall_mg)}
    return {
        "action_id": public("act", stored.action_id),
        "state": REVERSED if asked.done else stored.state,
        "awaiting": asked.awaiting,
        "asked_by": [
            {
                "role": each.role,
                "reason_code": each.reason_code,
                "reason": each.reason,
                "asked_at": moment(each.signed_at),
                "lapses_at": moment(each.lapses_at(wiring().programme.signed_for)),
            }
            for each in asked.signatures
        ],
        "reason": done.reason,
        "reversed_at": moment(done.reversed_at) if asked.done else None,
        "reduction": {
            "id": public("red", stored.action_id),
            "reduction_kg": kg(stored.saved_mg),
            "state": stored.reduction_state if cover else REVERSED,
        },
        "points": {
            "taken": done.points_taken,
            "owed": done.points_owed,
            "kept": done.points_kept,
        },
        "bundle_id": public("bdl", place.bundle_id) if place else None,
        "cover": _cover_answer(cover) if cover else None,
        "note": text("note:reversed_after_freeze", preferred_language(), facts) if cover else None,
    }


def _cover_answer(cover: ReversedCover) -> JsonObject:
    posting_id = cover.posting_id
    return {
        "reversed_mg": str(cover.reversed_mg),
        "from_reserve_mg": str(cover.taken_mg),
        "reserve_cancelled_t": str(cover.cancelled_t),
        "posting_id": public("pst", posting_id) if posting_id else None,
        "shortfall_mg": str(cover.shortfall_mg),
    }
