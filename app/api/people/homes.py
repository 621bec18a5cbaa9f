"""Where a person lives: moving, correcting the region, and the regions before it."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.children import as_child
from app.http.current import asking_participant, wiring
from app.http.fields import Day, Region, Strict
from app.http.once import once
from app.http.pages import read_page
from app.ids import parse
from app.shown.homes import FormerRegions, RegionChanged, former_region_answer, region_changed
from app.usecases.people.change_region import change_region
from app.usecases.people.read_former_regions import read_former_regions
from behaviours.homes import FormerRegion
from behaviours.json_value import JsonObject

blueprint = Blueprint("homes", __name__, description="Where a person lives, and lived before.")
_EXAMPLE = {"region": "CN-330200", "moved_on": "2026-11-01"}


class RegionBody(Strict):
    """The region that holds, and from which day on."""

    region = Region(required=True, metadata={"example": "CN-330200"})
    moved_on = Day(
        metadata={
            "description": "The first day there, not later than today. Left out: the region before"
            " was wrong from when it was stated."
        }
    )


class SentRegion(TypedDict):
    """As ``RegionBody`` loads it."""

    region: str
    moved_on: NotRequired[date]


@blueprint.route("/v1/me", methods=["PATCH"])
@allow("participant")
@blueprint.arguments(RegionBody, example=_EXAMPLE)
@blueprint.response(200, RegionChanged)
def move(body: SentRegion) -> Response:
    """Say that I moved, or that the region of my account is wrong.

    The account, its consents and everything that was recorded stay as they are. The former region
    is kept beside it as long as the schedule says (`GET /v1/retention`). What others stated about
    me (an action, a date of birth) is put right by a complaint of kind `personal_data` or
    `wrong_credit`, another number by a change of identity.
    """
    return _moved(asking_participant(), body)


@blueprint.route("/v1/me/regions")
@allow("participant")
@blueprint.paged
@blueprint.response(200, FormerRegions)
def list_regions() -> Response:
    """The regions of my account before this one, the one that was told last first."""
    return read_page(former_region_answer, read_former_regions, viewer=caller().viewer)


@blueprint.route("/v1/me/wards/<participant_id>", methods=["PATCH"])
@allow("participant")
@blueprint.arguments(RegionBody, example=_EXAMPLE)
@blueprint.response(200, RegionChanged)
def move_child(body: SentRegion, participant_id: str) -> Response:
    """Say that my child moved, or that the region of the child's account is wrong."""
    return _moved(parse("par", participant_id), body, guardian=asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/regions")
@allow("participant")
@blueprint.paged
@blueprint.response(200, FormerRegions)
def list_childs_regions(participant_id: str) -> Response:
    """The regions of my child's account before this one, the one that was told last first."""
    return read_page(former_region_answer, read_former_regions, viewer=as_child(participant_id))


def _moved(participant_id: UUID, body: SentRegion, *, guardian: UUID | None = None) -> Response:
    def shown(former: FormerRegion) -> JsonObject:
        return region_changed(body["region"], former)

    return once(shown, required=False)(
        change_region,
        participant_id,
        body["region"],
        body.get("moved_on"),
        zone=wiring().zone,
        clock=wiring().clock,
        guardian=guardian,
    )
