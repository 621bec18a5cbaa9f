"""The routes of what waits: the queue, who looks at it, its outcome, and what the person says."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Line, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, limit_and_cursor, page
from app.http.validators import Characters, OneOf
from app.ids import parse
from app.shown.actions import ActionAnswer, stored_answer
from app.shown.holds import HoldAnswer, hold_answer
from app.tokens import Caller
from app.usecases.recording.confirm_actions import Confirming, confirm_actions
from app.usecases.recording.contest_action import contest_action
from app.usecases.recording.read_holds import SoughtHolds, read_holds
from app.usecases.recording.take_holds import take_holds
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import (
    AUTHORITY,
    OPEN,
    OPERATOR,
    OUTCOMES,
    PARTICIPANT,
    PROVIDER,
    REFUSAL_REASONS,
)
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Blueprint("holds", __name__, description="What is recorded and not credited yet.")


class HoldFilter(OfAPage):
    """Which of what waits."""

    state = plain.String(validate=OneOf(OPEN), metadata={"enum": list(OPEN)})
    behaviour = Line(most=64)
    owned = plain.Boolean(metadata={"description": "Whether somebody looks at it."})
    contested = plain.Boolean(metadata={"description": "Whether the person said something."})
    alarmed = plain.Boolean(metadata={"description": "Whether nobody looked at it in time."})


class WantedHolds(WantedPage, total=False):
    """What ``HoldFilter`` loads."""

    state: str
    behaviour: str
    owned: bool
    contested: bool
    alarmed: bool


class OutcomeBody(Strict):
    """What becomes of the action; the person reads it."""

    outcome = plain.String(
        required=True, validate=OneOf(OUTCOMES), metadata={"enum": list(OUTCOMES)}
    )
    reason = Line(required=True, most=500, metadata={"example": "The weigh ticket was seen."})
    reason_code = plain.String(
        validate=OneOf(REFUSAL_REASONS),
        metadata={"enum": list(REFUSAL_REASONS), "description": "Needed for a refusal."},
    )


class SentOutcome(TypedDict):
    """What ``OutcomeBody`` loads."""

    outcome: str
    reason: str
    reason_code: NotRequired[str]


class TakeBody(Strict):
    """Whether to take it from somebody who took it before."""

    instead = plain.Boolean(load_default=False)


class SentTaking(TypedDict):
    """What ``TakeBody`` loads."""

    instead: bool


class ContestBody(Strict):
    """What the person says to it, and what shows it."""

    text = plain.String(required=True, validate=Characters(min=1, max=2_000))
    evidence = plain.String(load_default="", validate=Characters(max=2_000))


class SentContest(TypedDict):
    """What ``ContestBody`` loads."""

    text: str
    evidence: str


@blueprint.route("/v1/holds", methods=["GET"])
@allow(OPERATOR, AUTHORITY, PROVIDER, by_city=True)
@blueprint.lists(HoldAnswer, "HoldPage", narrowed_by=HoldFilter)
def list_holds(wanted: WantedHolds) -> JsonObject:
    """What waits for a confirmation or a look, the longest first.

    A provider sees what it reported, which others confirm, and what people who let it report such
    actions reported themselves, which it may confirm. What a household shares stands there once,
    with its parts in `shared`: whoever takes it, confirms or refuses it does so for all of them.
    """
    limit, cursor = limit_and_cursor()
    who = caller()
    rows = wiring().database.transact(
        read_holds,
        SoughtHolds(
            wanted.get("state"),
            wanted.get("behaviour"),
            wanted.get("owned"),
            wanted.get("contested"),
            wanted.get("alarmed"),
        ),
        viewer=who.viewer,
        rulebook=wiring().rulebook,
        after=UUID(cursor) if cursor else None,
        limit=limit + 1,
    )
    present = now()
    answers = [hold_answer(row, parts, present) for row, parts in rows]
    return page(answers, lambda answer: parse("act", str(answer["id"])))


@blueprint.route("/v1/holds/<action_id>/take", methods=["POST"])
@allow(OPERATOR, by_city=True, step="action.take")
@blueprint.arguments(TakeBody, required=False)
@blueprint.response(200, HoldAnswer)
def take_hold(body: SentTaking, action_id: str) -> Response:
    """Take an action that waits, to look at it. Others see whose it is."""
    who = caller()
    (answer,) = wiring().database.transact(
        take_holds,
        [parse("act", action_id)],
        viewer=who.viewer,
        owner=_name(who),
        instead=body["instead"],
        rulebook=wiring().rulebook,
        clock=wiring().clock,
    )
    if isinstance(answer, Refusal):
        raise answer
    return json_answer(hold_answer(*answer, now()))


@blueprint.route("/v1/actions/<action_id>/confirm", methods=["POST"])
@allow(PROVIDER, OPERATOR, by_city=True, step="action.confirm")
@blueprint.arguments(OutcomeBody)
@blueprint.response(200, ActionAnswer)
def confirm_action(body: SentOutcome, action_id: str) -> Response:
    """Confirm an action that waits, or refuse it, with a reason that the person reads.

    Never by who reported it, and never by the person. Confirmed, it brings the points that caps
    leave now, and can be pooled; refused, what it claimed is free again.
    """
    who, parts = caller(), wiring()
    asked = Confirming(
        parse("act", action_id), body["outcome"], body["reason"], body.get("reason_code")
    )
    return once(_only, status=200, required=False)(
        confirm_actions,
        [asked],
        viewer=who.viewer,
        decided_by=_name(who),
        rulebook=parts.rulebook,
        policy=parts.policies,
        clock=parts.clock,
    )


@blueprint.route("/v1/me/actions/<action_id>/contest", methods=["POST"])
@allow(PARTICIPANT)
@blueprint.arguments(ContestBody)
@blueprint.response(201, ActionAnswer)
def contest_my_action(body: SentContest, action_id: str) -> Response:
    """Say why an action that waits is right, once; whoever looks at it reads that."""
    stored = wiring().database.transact(
        contest_action,
        parse("act", action_id),
        viewer=caller().viewer,
        words=body["text"],
        evidence=body["evidence"],
        clock=wiring().clock,
    )
    return json_answer(stored_answer(stored), 201)


def _only(answers: list[StoredAction | Refusal]) -> JsonObject:
    (answer,) = answers
    if isinstance(answer, Refusal):
        raise answer
    return stored_answer(answer)


def _name(who: Caller) -> str:
    return f"{who.role}:{who.name}"
