"""Actions, as pages: a search, and the trace of one from its evidence to the units it is in."""

from __future__ import annotations

from typing import NotRequired
from uuid import UUID

from flask import Response

from app.auth import allow_public, caller
from app.http.current import wiring
from app.http.fields import Line, PublicId
from app.http.pages import page
from app.http.timed_pages import FIRST, timed_place
from app.http.validators import OneOf
from app.ids import parse, public
from app.shown.actions import stored_answer
from app.shown.affected import affected_answer
from app.shown.calculation import tell_calculation
from app.usecases.recording.read_action import read_action
from app.usecases.recording.read_calculation import read_calculation
from app.usecases.recording.read_own_actions import read_own_actions
from app.usecases.registry.find_affected import find_affected
from app.web.account.pages import go, language
from app.web.console.desk import desk, desk_page
from app.web.page_query import PagedQuery, SentPagedQuery
from app.web.reading import Pages
from behaviours.actions.own_actions import SoughtActions
from behaviours.actions.waiting import STATES
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Pages("console_actions", __name__, description="Actions and their traces, as pages.")

PATH = "/console/actions"
_FILTERS = ("participant_id", "provider_id", "behaviour", "state", "external_id")


class ActionsQuery(PagedQuery):
    """An action by its id, or whose actions, and which."""

    action_id = Line(most=64, metadata={"description": "Leads to the trace of this one."})
    participant_id = PublicId("par")
    provider_id = PublicId("org")
    behaviour = Line(most=64)
    state = Line(validate=OneOf(STATES), metadata={"enum": list(STATES)})
    external_id = Line(most=128)


class SentActionsQuery(SentPagedQuery):
    """As ``ActionsQuery`` loads it."""

    action_id: NotRequired[str]
    participant_id: NotRequired[UUID]
    provider_id: NotRequired[UUID]
    behaviour: NotRequired[str]
    state: NotRequired[str]
    external_id: NotRequired[str]


@blueprint.route(PATH)
@allow_public
@blueprint.arguments(ActionsQuery, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the login, or to the action of this id")
@desk("actions")
def search_console_actions(asked: SentActionsQuery) -> Response:
    """Actions of a person, of a provider or of both; nobody browses all of them."""
    if "action_id" in asked:
        return go(f"{PATH}/{public('act', parse('act', asked['action_id'].strip()))}")
    person, provider = asked.get("participant_id"), asked.get("provider_id")
    typed = {
        "participant_id": public("par", person) if person else "",
        "provider_id": public("org", provider) if provider else "",
        "behaviour": asked.get("behaviour", ""),
        "state": asked.get("state", ""),
        "external_id": asked.get("external_id", ""),
    }
    if not any(name in asked for name in _FILTERS):
        return _list(typed, None)
    try:
        return _list(typed, _found(asked, person, provider))
    except Refusal as refused:
        return _list(typed, None, refused)


def _found(asked: SentActionsQuery, person: UUID | None, provider: UUID | None) -> JsonObject:
    place = timed_place()
    found = wiring().database.transact(
        read_own_actions,
        provider,
        SoughtActions(
            FIRST,
            place.until,
            asked.get("behaviour"),
            asked.get("state"),
            asked.get("external_id"),
        ),
        claim_key=wiring().rulebook.claiming.key,
        before=place.before,
        most=place.most,
        participant_id=person,
    )
    return page([stored_answer(each) for each in found], _place)


def _place(row: JsonObject) -> tuple[str, str]:
    return str(row["occurred_at"]), str(row["id"]).partition("_")[2]


def _list(
    typed: dict[str, str], listed: JsonObject | None, refused: Refusal | None = None
) -> Response:
    return desk_page(
        "console_actions.html",
        refused,
        typed=typed,
        states=STATES,
        rows=listed["data"] if listed else None,
        next_cursor=listed["next_cursor"] if listed else None,
    )


@blueprint.route(f"{PATH}/<action_id>")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@desk("actions")
def trace_action(action_id: str) -> Response:
    """One action: evidence, rule, arithmetic run again, points, pool, and what rests on it."""
    asked, viewer = parse("act", action_id), caller().viewer
    transact = wiring().database.transact
    stored = transact(read_action, asked, viewer=viewer)
    calculation = transact(read_calculation, asked, viewer=viewer, rulebook=wiring().rulebook)
    affected = transact(find_affected, [asked], viewer=viewer)
    return desk_page(
        "console_trace.html",
        one=stored_answer(stored),
        provider=public("org", stored.provider_id) if stored.provider_id else None,
        quantities=dict(stored.quantities),
        evidence=dict(stored.evidence),
        is_shredded=stored.is_shredded,
        calculation=calculation,
        sentences=tell_calculation(calculation, language()),
        agrees=int(calculation["saved_mg"]) == int(calculation["recomputed_mg"]),
        rests=affected_answer(affected),
    )
