"""Home, actions and points: what one did, what it saved, and what it brought."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.pages import cursor_id, page
from app.ids import parse, public
from app.shown.actions import stored_answer
from app.shown.calculation import tell_calculation
from app.shown.points import entry_answer, points_answer
from app.tokens import Caller
from app.usecases.people.read_account import read_account
from app.usecases.points.read_entries import read_entries
from app.usecases.points.read_points import read_points
from app.usecases.recording.read_action import read_action
from app.usecases.recording.read_calculation import read_calculation
from app.usecases.recording.read_my_actions import read_my_actions
from app.web.account.pages import language
from app.web.reading import Pages
from app.web.wallet.session import of_person, wallet_page
from behaviours.actions.stored_action import StoredAction
from behaviours.json_value import JsonObject

blueprint = Pages("wallet_pages", __name__, description="A person's own pages.")
LATEST = 5


@blueprint.route("/wallet")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_wallet(who: Caller) -> Response:
    """What was saved, what there is to spend, and what was done last."""
    transact = wiring().database.transact
    found = transact(read_account, viewer=who.viewer, now=now(), zone=wiring().zone)
    latest = transact(read_my_actions, viewer=who.viewer, before=None, most=LATEST)
    return wallet_page(
        "wallet.html",
        saved_mg=found.saved.saved_mg,
        actions=found.saved.actions,
        points=points_answer(found.points),
        latest=[_in_a_list(each) for each in latest],
    )


@blueprint.route("/wallet/actions")
@allow_public
@blueprint.paged
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_my_actions(who: Caller) -> Response:
    """What one did, whoever reported it, the last first."""
    most, before = cursor_id()
    found = wiring().database.transact(read_my_actions, viewer=who.viewer, before=before, most=most)
    listed = page([_in_a_list(each) for each in found], lambda row: str(row["id"])[4:])
    return wallet_page(
        "wallet_actions.html", rows=listed["data"], next_cursor=listed["next_cursor"]
    )


@blueprint.route("/wallet/actions/<action_id>")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_my_action(who: Caller, action_id: str) -> Response:
    """One action: what it was told by, by which rule it counts, the sum, and what it brought."""
    known, transact = parse("act", action_id), wiring().database.transact
    stored = transact(read_action, known, viewer=who.viewer)
    told = transact(read_calculation, known, viewer=who.viewer, rulebook=wiring().rulebook)
    return wallet_page(
        "wallet_action.html",
        name=_name(stored),
        one=stored_answer(stored),
        saved_mg=stored.saved_mg,
        bundle=public("bdl", stored.bundle_id) if stored.bundle_id else None,
        told=told,
        sentences=tell_calculation(told, language()),
    )


@blueprint.route("/wallet/points")
@allow_public
@blueprint.paged
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_my_points(who: Caller) -> Response:
    """What there is, until when it is good, and every entry."""
    most, before = cursor_id()
    transact = wiring().database.transact
    balance = transact(read_points, who.viewer, now=now(), zone=wiring().zone)
    found = transact(read_entries, who.viewer, before=before, most=most)
    listed = page([entry_answer(each) for each in found], lambda row: str(row["id"])[4:])
    return wallet_page(
        "wallet_points.html",
        points=points_answer(balance),
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
    )


def _name(stored: StoredAction) -> str:
    """What the behaviour is called, by the version of the rule that the action counts by."""
    version = wiring().rulebook.version(stored.methodology, stored.version)
    return version.title_zh if language() == "zh-CN" else version.title_en


def _in_a_list(stored: StoredAction) -> JsonObject:
    return {
        "id": public("act", stored.action_id),
        "name": _name(stored),
        "occurred_at": stored.occurred_at.isoformat(),
        "state": stored.state,
        "saved_mg": stored.saved_mg,
        "points": stored.points,
    }
