"""Bundles, as pages: the list, and one step by step with its numbers and who goes on with it."""

from __future__ import annotations

from typing import Final

from flask import Response

from app.auth import allow_public, caller
from app.http.current import wiring
from app.http.pages import cursor_id, page
from app.ids import parse
from app.shown.bundle_counts import counted_answer
from app.shown.bundles import seen_worked_on
from app.usecases.pooling.read_bundles import read_bundles
from app.usecases.pooling.read_exclusions import read_exclusions
from app.usecases.pooling.see_bundle import see_bundle
from app.web.console.desk import desk, desk_page
from app.web.page_query import PagedQuery, SentPagedQuery
from app.web.reading import Pages
from behaviours.json_value import JsonObject
from rewards.pooling.bundle import (
    CANCEL,
    DRAFT,
    ISSUED,
    NOTICED,
    PLATFORM,
    REPORTED,
    RETURNED,
    SEALED,
    SELECTED,
    STATES,
    STEPS,
    SUBMITTED,
    SUSPENDED,
    VERIFIED,
)
from rewards.pooling.refusals import UnknownBundle

blueprint = Pages("console_bundles", __name__, description="Bundles, as pages.")

# The way of a bundle, as a person sees it; what the platform does in between is under way.
WAY: Final = (DRAFT, SELECTED, REPORTED, SUBMITTED, VERIFIED, NOTICED, SEALED, ISSUED)


@blueprint.route("/console/bundles")
@allow_public
@blueprint.arguments(PagedQuery, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the login")
@desk("bundles")
def list_console_bundles(_asked: SentPagedQuery) -> Response:
    """Bundles, the newest first; a verifier sees those that were submitted to it."""
    most, before = cursor_id()
    found = wiring().database.transact(
        read_bundles, viewer=caller().viewer, before=before, most=most
    )
    listed = page(
        [seen_worked_on(each) for each in found], lambda row: str(row["id"]).partition("_")[2]
    )
    return desk_page(
        "console_bundles.html",
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
        returned=RETURNED,
        issued=ISSUED,
    )


@blueprint.route("/console/bundles/<bundle_id>")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@desk("bundles")
def show_bundle(bundle_id: str) -> Response:
    """One bundle: how far it is, what it holds and leaves out, and who goes on with it."""
    asked, viewer = parse("bdl", bundle_id), caller().viewer
    seen = wiring().database.transact(see_bundle, asked, viewer=viewer)
    state = seen.bundle.state
    return desk_page(
        "console_bundle.html",
        one=seen_worked_on(seen),
        counted=_counted(bundle_id),
        way=WAY,
        reached=_reached(state),
        is_over=state in RETURNED,
        is_suspended=state == SUSPENDED,
        goes_on=sorted(
            {
                role
                for name, each in STEPS.items()
                if state in each.needs and name != CANCEL
                for role in each.by
                if role != PLATFORM.role
            }
        ),
    )


def _counted(bundle_id: str) -> JsonObject | None:
    """What the selection took and left out; None before there was one."""
    try:
        return counted_answer(
            wiring().database.transact(
                read_exclusions, parse("bdl", bundle_id), viewer=caller().viewer
            )
        )
    except UnknownBundle:
        return None


def _reached(state: str) -> int:
    """How many steps of the way are done."""
    if state in WAY:
        return WAY.index(state) + 1
    later = STATES.index(state)
    return sum(STATES.index(each) < later for each in WAY) if state not in RETURNED else 0
