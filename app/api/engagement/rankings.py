"""Rankings: for who asks to be ranked, by a name that they choose."""

from __future__ import annotations

from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.children import as_child
from app.http.current import asking_participant, now, wiring
from app.http.fields import Line, Region, Strict
from app.http.once import once
from app.http.pages import read_one
from app.ids import parse
from app.shown.engagement import (
    RankingAnswer,
    RankingEntryAnswer,
    entry_answer,
    ranking_answer,
)
from app.usecases.engagement.enter_rankings import enter_rankings
from app.usecases.engagement.leave_rankings import leave_rankings
from app.usecases.engagement.read_own_entry import read_own_entry
from app.usecases.engagement.read_ranking import read_ranking
from behaviours.chosen_names import LEAST, MOST
from behaviours.json_value import JsonObject
from behaviours.rankings import period_named, this_month

blueprint = Blueprint("rankings", __name__, description="Rankings of who asks to be in them.")


class EntryBody(Strict):
    """By which name, and to which text one agrees."""

    EXAMPLE: ClassVar[JsonObject | None] = {"pseudonym": "Spring River", "text_version": "2026-01"}

    pseudonym = Line(
        required=True,
        metadata={"description": f"{LEAST} to {MOST} letters; no long numbers. Others read it."},
    )
    text_version = Line(
        required=True, most=64, metadata={"description": "Of the text of kind `ranking`."}
    )


class SentEntry(TypedDict):
    """As ``EntryBody`` loads it."""

    pseudonym: str
    text_version: str


class RankingQuery(Strict):
    """Of which area and which period."""

    region = Region(
        metadata={"description": "A province or city: who lives there. Left out: everywhere."}
    )
    period = Line(
        metadata={
            "description": "A civil month or year: `2026-11`, `2026`. Left out: this month.",
            "example": "2026-11",
        }
    )


class SentRankingQuery(TypedDict, total=False):
    """As ``RankingQuery`` loads it."""

    region: str
    period: str


@blueprint.route("/v1/rankings")
@allow("participant")
@blueprint.arguments(RankingQuery, location="query")
@blueprint.response(200, RankingAnswer)
def show_ranking(asked: SentRankingQuery) -> Response:
    """Who saved how much in a period, of those who live in the area and asked to be ranked.

    Of each the name that they chose is shown and nothing else. Nothing follows from a place: it
    brings no points and no grams, and nothing can be taken from one person and given to another.
    """
    zone, terms = wiring().zone, wiring().programme.statistics
    period = period_named(asked.get("period") or this_month(now(), zone), now(), zone)
    region = asked.get("region")
    found = wiring().database.transact(
        read_ranking,
        period,
        region=region,
        viewer=caller().viewer,
        terms=terms,
        zone=zone,
        now=now(),
    )
    answer = ranking_answer(found, period, region=region, least_people=terms.least_people)
    return json_answer(answer)


@blueprint.route("/v1/me/ranking")
@allow("participant")
@blueprint.response(200, RankingEntryAnswer)
def show_entry() -> Response:
    """By which name I am in the rankings; 404: I am in none."""
    return read_one(entry_answer, read_own_entry, viewer=caller().viewer)


@blueprint.route("/v1/me/ranking", methods=["POST"])
@allow("participant")
@blueprint.arguments(EntryBody)
@blueprint.response(201, RankingEntryAnswer)
def enter(body: SentEntry) -> Response:
    """Ask to be ranked, by a name that nobody else has, until I leave."""
    return _entered(asking_participant(), body)


@blueprint.route("/v1/me/ranking", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def leave_ranking() -> Response:
    """Be ranked no more: my name is forgotten at once."""
    return _gone(asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/ranking")
@allow("participant")
@blueprint.response(200, RankingEntryAnswer)
def show_entry_of_child(participant_id: str) -> Response:
    """By which name my child is in the rankings."""
    return read_one(entry_answer, read_own_entry, viewer=as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>/ranking", methods=["POST"])
@allow("participant")
@blueprint.arguments(EntryBody)
@blueprint.response(201, RankingEntryAnswer)
def enter_child(body: SentEntry, participant_id: str) -> Response:
    """Agree that my child is ranked. It ends when the child decides alone, and can begin anew."""
    return _entered(parse("par", participant_id), body, guardian=asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/ranking", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def leave_ranking_of_child(participant_id: str) -> Response:
    """Let my child be ranked no more."""
    return _gone(parse("par", participant_id), guardian=asking_participant())


def _entered(person: UUID, body: SentEntry, *, guardian: UUID | None = None) -> Response:
    return once(entry_answer, status=201, required=False)(
        enter_rankings, person, clock=wiring().clock, guardian=guardian, **body
    )


def _gone(person: UUID, *, guardian: UUID | None = None) -> Response:
    wiring().database.transact(leave_rankings, person, clock=wiring().clock, guardian=guardian)
    return Response(status=204)
