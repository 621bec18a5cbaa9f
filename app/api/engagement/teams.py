"""Teams: people add up what they save, each by a consent of their own."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain
from marshmallow.validate import OneOf

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.children import as_child
from app.http.current import asking_participant, wiring
from app.http.fields import Line, PublicId, Strict
from app.http.once import once
from app.http.pages import read_page
from app.ids import parse
from app.shown.engagement import OwnTeamAnswer, Teams, team_answer
from app.usecases.engagement.close_team import close_team
from app.usecases.engagement.join_team import join_team
from app.usecases.engagement.leave_team import leave_team
from app.usecases.engagement.make_team import make_team
from app.usecases.engagement.read_team import read_team
from app.usecases.engagement.read_teams import read_teams
from app.usecases.engagement.withdraw_from_team import withdraw_from_team
from behaviours.chosen_names import LEAST, MOST
from behaviours.json_value import JsonObject
from behaviours.teams import TEAM_KINDS, OwnTeam
from behaviours.viewer import Viewer

blueprint = Blueprint("teams", __name__, description="Teams, and what their members save together.")
_TEAM = "team_0199b2c3d4e57f0080000000000000aa"


class TeamBody(Strict):
    """A new team, and to which text its maker agrees."""

    EXAMPLE: ClassVar[JsonObject | None] = {
        "kind": "community",
        "name": "Green Lane",
        "text_version": "2026-01",
    }

    kind = plain.String(required=True, validate=OneOf(TEAM_KINDS))
    name = Line(
        required=True, metadata={"description": f"{LEAST} to {MOST} letters; no long numbers."}
    )
    text_version = Line(
        required=True, most=64, metadata={"description": "Of the text of kind `team`."}
    )


class SentTeam(TypedDict):
    """As ``TeamBody`` loads it."""

    kind: str
    name: str
    text_version: str


class JoiningBody(Strict):
    """Which team, by the id that its members tell, and to which text one agrees."""

    EXAMPLE: ClassVar[JsonObject | None] = {"team_id": _TEAM, "text_version": "2026-01"}

    team_id = PublicId("team", required=True)
    text_version = Line(
        required=True, most=64, metadata={"description": "Of the text of kind `team`."}
    )


class SentJoining(TypedDict):
    """As ``JoiningBody`` loads it."""

    team_id: UUID
    text_version: str


@blueprint.route("/v1/teams")
@allow("participant")
@blueprint.lists(Teams)
def list_teams() -> Response:
    """The teams that I am in, was in, or took myself out of, the newest first."""
    return _listed(caller().viewer)


@blueprint.route("/v1/teams/<team_id>")
@allow("participant")
@blueprint.response(200, OwnTeamAnswer)
def show_team(team_id: str) -> Response:
    """A team that I am or was in: its sum as it stands now, and my part. Nobody else is named."""
    found = wiring().database.transact(
        read_team, parse("team", team_id), person=asking_participant()
    )
    return json_answer(_shown(found))


@blueprint.route("/v1/teams", methods=["POST"])
@allow("participant")
@blueprint.arguments(TeamBody)
@blueprint.response(201, OwnTeamAnswer)
def make(body: SentTeam) -> Response:
    """Make a team, and be its first member and its administrator.

    Whoever I tell its id can join. Nobody is rewarded for who joins: there are no points, no
    grams and no places for it, and nothing passes from one member to another.
    """
    return once(_shown, status=201, required=False)(
        make_team, asking_participant(), clock=wiring().clock, **body
    )


@blueprint.route("/v1/teams/join", methods=["POST"])
@allow("participant")
@blueprint.arguments(JoiningBody)
@blueprint.response(201, OwnTeamAnswer)
def join(body: SentJoining) -> Response:
    """Join a team: what I do from now on counts in it. I am in one team of each kind at most."""
    return _joined(asking_participant(), body)


@blueprint.route("/v1/teams/<team_id>/leave", methods=["POST"])
@allow("participant")
@blueprint.response(200, OwnTeamAnswer)
def leave(team_id: str) -> Response:
    """Leave a team: what I did by now stays in its sum, and nothing more comes to it."""
    return _left(asking_participant(), team_id)


@blueprint.route("/v1/teams/<team_id>/withdraw", methods=["POST"])
@allow("participant")
@blueprint.response(204)
def withdraw(team_id: str) -> Response:
    """Take my consent back: I leave, and nothing that I ever did counts in its sum any more."""
    return _withdrawn(asking_participant(), team_id)


@blueprint.route("/v1/teams/<team_id>/close", methods=["POST"])
@allow("participant")
@blueprint.response(200, OwnTeamAnswer)
def close(team_id: str) -> Response:
    """Close a team that I made and am in: nobody is in it any more, and its sum stays."""
    found = wiring().database.transact(
        close_team, asking_participant(), parse("team", team_id), clock=wiring().clock
    )
    return json_answer(_shown(found))


@blueprint.route("/v1/me/wards/<participant_id>/teams")
@allow("participant")
@blueprint.lists(Teams)
def list_teams_of_child(participant_id: str) -> Response:
    """The teams of my child."""
    return _listed(as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>/teams/join", methods=["POST"])
@allow("participant")
@blueprint.arguments(JoiningBody)
@blueprint.response(201, OwnTeamAnswer)
def join_with_child(body: SentJoining, participant_id: str) -> Response:
    """Let my child join a team. It ends when the child decides alone, and can be joined anew."""
    return _joined(parse("par", participant_id), body, guardian=asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/teams/<team_id>/leave", methods=["POST"])
@allow("participant")
@blueprint.response(200, OwnTeamAnswer)
def leave_team_with_child(participant_id: str, team_id: str) -> Response:
    """Let my child leave a team, as I would leave it myself."""
    return _left(parse("par", participant_id), team_id, guardian=asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/teams/<team_id>/withdraw", methods=["POST"])
@allow("participant")
@blueprint.response(204)
def withdraw_child(participant_id: str, team_id: str) -> Response:
    """Take the consent for my child back: nothing that the child did counts in the sum any more."""
    return _withdrawn(parse("par", participant_id), team_id, guardian=asking_participant())


def _shown(own: OwnTeam) -> JsonObject:
    return team_answer(own, least_people=wiring().programme.statistics.least_people)


def _listed(viewer: Viewer) -> Response:
    least = wiring().programme.statistics.least_people
    return read_page(partial(team_answer, least_people=least), read_teams, viewer=viewer)


def _joined(person: UUID, body: SentJoining, *, guardian: UUID | None = None) -> Response:
    return once(_shown, status=201, required=False)(
        join_team,
        person,
        body["team_id"],
        text_version=body["text_version"],
        clock=wiring().clock,
        guardian=guardian,
    )


def _left(person: UUID, team_id: str, *, guardian: UUID | None = None) -> Response:
    found = wiring().database.transact(
        leave_team, person, parse("team", team_id), clock=wiring().clock, guardian=guardian
    )
    return json_answer(_shown(found))


def _withdrawn(person: UUID, team_id: str, *, guardian: UUID | None = None) -> Response:
    wiring().database.transact(
        withdraw_from_team, person, parse("team", team_id), clock=wiring().clock, guardian=guardian
    )
    return Response(status=204)
