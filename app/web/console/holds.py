"""What waits for a look, as pages: the queue, one action of it, and what becomes of it."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow_public, caller
from app.http.blueprint import load
from app.http.current import now, wiring
from app.http.fields import Line, Strict
from app.http.once import once
from app.http.pages import limit_and_cursor, page
from app.http.validators import OneOf
from app.ids import parse
from app.shown.actions import stored_answer
from app.shown.holds import hold_answer
from app.usecases.recording.confirm_actions import Confirming, confirm_actions
from app.usecases.recording.read_action import read_action
from app.usecases.recording.read_holds import SoughtHolds, read_holds
from app.usecases.recording.read_parts import read_parts
from app.usecases.recording.take_holds import take_holds
from app.web.account.browser import field
from app.web.console.desk import OPERATOR, desk, desk_page, done, form_key
from app.web.page_query import PagedQuery, SentPagedQuery
from app.web.reading import Pages
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import OPEN, OUTCOMES, REFUSAL_REASONS
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Pages("console_holds", __name__, description="What waits for a look, as pages.")

PATH = "/console/holds"
MOST_REASON = 500


class HoldsQuery(PagedQuery):
    """Which of what waits, and from where on."""

    state = Line(validate=OneOf(OPEN), metadata={"enum": list(OPEN)})
    contested = Line(metadata={"description": "Any word: what the person said something to."})


class SentHoldsQuery(SentPagedQuery):
    """As ``HoldsQuery`` loads it."""

    state: NotRequired[str]
    contested: NotRequired[str]


class OutcomeForm(Strict):
    """What becomes of the action; the person reads it."""

    outcome = plain.String(required=True, validate=OneOf(OUTCOMES))
    reason = Line(required=True, most=MOST_REASON)
    reason_code = plain.String(validate=OneOf(REFUSAL_REASONS))


class TypedOutcome(TypedDict):
    """As ``OutcomeForm`` loads it."""

    outcome: str
    reason: str
    reason_code: NotRequired[str]


@blueprint.route(PATH)
@allow_public
@blueprint.arguments(HoldsQuery, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the login")
@desk("holds")
def list_console_holds(asked: SentHoldsQuery) -> Response:
    """What waits, the longest first, with who looks at it and by when somebody should."""
    limit, cursor = limit_and_cursor()
    state, contested = asked.get("state"), "contested" in asked or None
    rows = wiring().database.transact(
        read_holds,
        SoughtHolds(state, None, None, contested, None),
        viewer=caller().viewer,
        rulebook=wiring().rulebook,
        after=UUID(cursor) if cursor else None,
        limit=limit + 1,
    )
    present = now()
    listed = page(
        [hold_answer(row, parts, present) for row, parts in rows],
        lambda answer: parse("act", str(answer["id"])),
    )
    return desk_page(
        "console_holds.html",
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
        states=OPEN,
        state=state,
        contested=contested,
        present=present.isoformat(),
    )


@blueprint.route(f"{PATH}/<action_id>")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@desk("holds")
def show_console_hold(action_id: str) -> Response:
    """One action that waits: why, what was sent, what the person says; and the form to decide."""
    return _page(action_id)


@blueprint.route(f"{PATH}/<action_id>", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the action")
@desk("holds", OPERATOR)
def send_outcome(action_id: str) -> Response:
    """Confirm the action or refuse it, with a reason that the person reads."""

    def decided() -> None:
        said: TypedOutcome = load(OutcomeForm(), _typed())
        asked = Confirming(
            parse("act", action_id), said["outcome"], said["reason"], said.get("reason_code")
        )
        once(_only, required=False, key=form_key())(
            confirm_actions,
            [asked],
            viewer=caller().viewer,
            decided_by=_name(),
            rulebook=wiring().rulebook,
            policy=wiring().policies,
            clock=wiring().clock,
        )

    return done("action.confirm", decided, f"{PATH}/{action_id}", lambda why: _page(action_id, why))


@blueprint.route(f"{PATH}/<action_id>/take", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the action")
@desk("holds", OPERATOR)
def send_taking(action_id: str) -> Response:
    """Take the action, to look at it; others see whose it is."""

    def taken() -> None:
        (answer,) = wiring().database.transact(
            take_holds,
            [parse("act", action_id)],
            viewer=caller().viewer,
            owner=_name(),
            instead=bool(field("instead")),
            rulebook=wiring().rulebook,
            clock=wiring().clock,
        )
        if isinstance(answer, Refusal):
            raise answer

    return done("action.take", taken, f"{PATH}/{action_id}", lambda why: _page(action_id, why))


def _page(action_id: str, refused: Refusal | None = None) -> Response:
    asked, viewer, transact = parse("act", action_id), caller().viewer, wiring().database.transact
    stored = transact(read_action, asked, viewer=viewer)
    waits = stored.waiting is not None and stored.state in OPEN
    rulebook = wiring().rulebook
    parts = transact(read_parts, [stored], viewer=viewer, rulebook=rulebook) if waits else {}
    return desk_page(
        "console_hold.html",
        refused,
        one=hold_answer(stored, parts.get(asked, []), now()) if waits else stored_answer(stored),
        waits=waits,
        mine=stored.waiting is not None and stored.waiting.owner == _name(),
        may_decide=waits and caller().role == OPERATOR,
        outcomes=OUTCOMES,
        reasons=REFUSAL_REASONS,
        most_reason=MOST_REASON,
        typed={name: field(name) for name in ("outcome", "reason", "reason_code")},
        present=now().isoformat(),
    )


def _typed() -> JsonObject:
    told = {name: field(name).strip() for name in ("outcome", "reason", "reason_code")}
    return {name: value for name, value in told.items() if value}


def _only(answers: list[StoredAction | Refusal]) -> JsonObject:
    (answer,) = answers
    if isinstance(answer, Refusal):
        raise answer
    return stored_answer(answer)


def _name() -> str:
    who = caller()
    return f"{who.role}:{who.name}"
