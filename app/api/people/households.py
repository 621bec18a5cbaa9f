"""Households: whose part is how much of what a dwelling saves, agreed to by everybody in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.children import as_child
from app.http.current import asking_participant, wiring
from app.http.fields import Day, Line, Points, PublicId, Strict
from app.http.once import once
from app.http.pages import read_page
from app.http.validators import Count
from app.ids import parse
from app.shown.households import HouseholdAnswer, Households, household_answer
from app.usecases.people.agree_household import agree_household
from app.usecases.people.decline_household import decline_household
from app.usecases.people.leave_household import leave_household
from app.usecases.people.propose_household import propose_household
from app.usecases.people.read_households import read_households
from behaviours.households import MOST_MEMBERS, WHOLE, HouseholdVersion, HouseholdWanted
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "households", __name__, description="Households, and whose part of them is how much."
)
_EXAMPLE: JsonObject = {
    "text_version": "2026-01",
    "members": [
        {"participant_id": "par_0199b2c3d4e57f0080000000000000aa", "parts": 6_667},
        {"participant_id": "par_0199b2c3d4e57f0080000000000000ab", "parts": 3_333},
    ],
    "holds_from": "2027-01-01",
}


class HouseholdMemberBody(Strict):
    """Somebody's part."""

    participant_id = PublicId("par", required=True)
    parts = Points(
        required=True,
        most=WHOLE,
        metadata={"description": f"All are {WHOLE} together; 0: goes with this version."},
    )


class SentHouseholdMember(TypedDict):
    """As ``HouseholdMemberBody`` loads it."""

    participant_id: UUID
    parts: int


class HouseholdBody(Strict):
    """Whose parts are to be how much, from which day on."""

    text_version = Line(
        required=True, most=64, metadata={"description": "Of the text of kind `household`."}
    )
    members = plain.List(
        plain.Nested(HouseholdMemberBody), required=True, validate=Count(min=2, max=MOST_MEMBERS)
    )
    holds_from = Day(
        metadata={"description": "Left out, or past by then: the day after the last has agreed."}
    )


class SentHousehold(TypedDict):
    """As ``HouseholdBody`` loads it."""

    text_version: str
    members: list[SentHouseholdMember]
    holds_from: NotRequired[date]


@blueprint.route("/v1/me/households")
@allow("participant")
@blueprint.lists(Households)
def list_households() -> Response:
    """The households that I am in, was in or am asked to be in: every version, newest first."""
    return read_page(household_answer, read_households, viewer=caller().viewer)


@blueprint.route("/v1/me/households", methods=["POST"])
@allow("participant")
@blueprint.arguments(HouseholdBody, example=_EXAMPLE)
@blueprint.response(202, HouseholdAnswer)
def found(body: SentHousehold) -> Response:
    """Propose a household: who is in it, and whose part is how much.

    Each person tells the others the id of their account. Everybody agrees themselves, for a child
    the guardian; who proposes has agreed. Once all have, the parts are fixed from the next day on,
    and nothing that was before changes.
    """
    return _proposed(None, body)


@blueprint.route("/v1/me/households/<household_id>/versions", methods=["POST"])
@allow("participant")
@blueprint.arguments(HouseholdBody, example=_EXAMPLE)
@blueprint.response(202, HouseholdAnswer)
def change(body: SentHousehold, household_id: str) -> Response:
    """Propose other parts or other people, from a later day on.

    Everybody agrees again who is in it then or is in it now: who goes is named with no part.
    """
    return _proposed(parse("hh", household_id), body)


@blueprint.route("/v1/me/households/<household_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def leave_mine(household_id: str) -> Response:
    """Leave a household: from tomorrow on it is over, until those who stay agree anew."""
    return _left(asking_participant(), household_id)


@blueprint.route("/v1/me/household-versions/<version_id>/agree", methods=["POST"])
@allow("participant")
@blueprint.response(200, HouseholdAnswer)
def agree(version_id: str) -> Response:
    """Agree to my part, to everybody's, and to the text that the version names."""
    return _answered(agree_household, asking_participant(), version_id)


@blueprint.route("/v1/me/household-versions/<version_id>/decline", methods=["POST"])
@allow("participant")
@blueprint.response(200, HouseholdAnswer)
def decline(version_id: str) -> Response:
    """Decline what is proposed, or take my word back before all have agreed: it is dropped."""
    return _answered(decline_household, asking_participant(), version_id)


@blueprint.route("/v1/me/wards/<participant_id>/households")
@allow("participant")
@blueprint.lists(Households)
def list_of_child(participant_id: str) -> Response:
    """The households of my child, every version, newest first."""
    return read_page(household_answer, read_households, viewer=as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>/households/<household_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def leave_with_child(participant_id: str, household_id: str) -> Response:
    """Let my child leave a household, as I would leave it myself."""
    return _left(parse("par", participant_id), household_id, guardian=asking_participant())


@blueprint.route(
    "/v1/me/wards/<participant_id>/household-versions/<version_id>/agree", methods=["POST"]
)
@allow("participant")
@blueprint.response(200, HouseholdAnswer)
def agree_for_child_to_household(participant_id: str, version_id: str) -> Response:
    """Agree for my child. It stands when the child decides alone, who can leave then."""
    child, guardian = parse("par", participant_id), asking_participant()
    return _answered(agree_household, child, version_id, guardian=guardian)


@blueprint.route(
    "/v1/me/wards/<participant_id>/household-versions/<version_id>/decline", methods=["POST"]
)
@allow("participant")
@blueprint.response(200, HouseholdAnswer)
def decline_household_for_child(participant_id: str, version_id: str) -> Response:
    """Decline for my child what is proposed."""
    child, guardian = parse("par", participant_id), asking_participant()
    return _answered(decline_household, child, version_id, guardian=guardian)


def _proposed(household_id: UUID | None, body: SentHousehold) -> Response:
    wanted = HouseholdWanted(
        household_id,
        body["text_version"],
        [(each["participant_id"], each["parts"]) for each in body["members"]],
        body.get("holds_from"),
    )
    return once(household_answer, status=202, required=False)(
        propose_household,
        asking_participant(),
        wanted,
        zone=wiring().zone,
        signed_for=wiring().programme.signed_for,
        clock=wiring().clock,
    )


def _answered(
    verb: Callable[..., HouseholdVersion],
    participant_id: UUID,
    version_id: str,
    *,
    guardian: UUID | None = None,
) -> Response:
    """What is proposed, after somebody's word."""
    version = wiring().database.transact(
        verb,
        participant_id,
        parse("hhv", version_id),
        zone=wiring().zone,
        clock=wiring().clock,
        guardian=guardian,
    )
    return json_answer(household_answer(version))


def _left(participant_id: UUID, household_id: str, *, guardian: UUID | None = None) -> Response:
    wiring().database.transact(
        leave_household,
        participant_id,
        parse("hh", household_id),
        zone=wiring().zone,
        clock=wiring().clock,
        guardian=guardian,
    )
    return Response(status=204)
