"""Moving: a person takes their record along to another installation, or brings it here."""

from __future__ import annotations

from functools import partial
from typing import TypedDict

from flask import Response
from marshmallow import fields as plain

from app.api.people.me import export_of
from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.body import large_body
from app.http.current import asking_participant, own_key_id, wiring
from app.http.fields import Line, Strict
from app.http.pages import page_of, read_page
from app.http.queries import no_dry_run
from app.shown.moves import (
    ElsewhereAnswer,
    MoveAnswer,
    TakenRecordAnswer,
    elsewhere_answer,
    move_answer,
    taken_record_answer,
)
from app.usecases.people.ask_move import ask_move
from app.usecases.people.read_elsewhere import read_elsewhere
from app.usecases.people.read_moves import read_moves
from app.usecases.recording.take_in_record import KeysHere, TakenIn, take_in_record
from behaviours.exports.moving import KEY_ID, AskedMove
from behaviours.json_value import JsonObject

blueprint = Blueprint("moves", __name__, description="A person's record moves along with them.")


class IdentityBody(Strict):
    """Who somebody is, as when the account was opened."""

    identity = Line(
        required=True,
        most=256,
        metadata={"description": "The identity that leads to the account; it is not kept."},
    )


class MoveBody(IdentityBody):
    """Where to, and whose record."""

    audience = Line(
        required=True,
        most=16,
        metadata={
            "pattern": f"^{KEY_ID.pattern}$",
            "example": "21fe31dfa154a261",
            "description": "The `key_id` that the other installation publishes at"
            " `GET /v1/registry/keys`.",
        },
    )


class SentMove(TypedDict):
    """As ``MoveBody`` loads it."""

    identity: str
    audience: str


class ArrivalBody(IdentityBody):
    """The export that another installation signed, and whose it is."""

    export = plain.Dict(
        keys=plain.String(),
        required=True,
        metadata={"description": "What its `POST /v1/me/moves` answered, unchanged."},
    )


class SentArrival(TypedDict):
    """As ``ArrivalBody`` loads it."""

    identity: str
    export: JsonObject


Moves = page_of(MoveAnswer, "Moves")
ElsewhereActions = page_of(ElsewhereAnswer, "ElsewhereActions")


@blueprint.route("/v1/me/moves")
@allow("participant")
@blueprint.lists(Moves)
def list_moves() -> Response:
    """The moves that I asked for, newest first."""
    return read_page(move_answer, read_moves, viewer=caller().viewer)


@blueprint.route("/v1/me/moves", methods=["POST"])
@no_dry_run
@allow("participant")
@blueprint.arguments(
    MoveBody, example={"identity": "330102199001011237", "audience": "21fe31dfa154a261"}
)
@blueprint.response(201, ANY_OBJECT, description="The export, signed, for the other installation")
def move_away(body: SentMove) -> Response:
    """Take my record along: an export that one other installation takes in, within seven days.

    Prove once more by which identity you are known; the other one has to know you by the same.
    Nothing ends here by it: what is counted here stays, and the account until you leave.
    """
    asked = attempt(f"move|{asking_participant()}", partial(_asked, body))
    return export_of(caller().viewer, asked)


@blueprint.route("/v1/me/arrivals", methods=["POST"])
@no_dry_run
@allow("participant")
@large_body
@blueprint.arguments(ArrivalBody, example={"identity": "330102199001011237", "export": {}})
@blueprint.response(201, TakenRecordAnswer)
@blueprint.alt_response(200, schema=TakenRecordAnswer, description="Taken in before; unchanged")
def arrive(body: SentArrival) -> Response:
    """Bring my record here from an installation that is listed at /v1/origins.

    It becomes history: `GET /v1/me/elsewhere`. It is in no pool and earns no points, and what it
    counts there is not counted here a second time.
    """
    taken = attempt(f"arrival|{asking_participant()}", partial(_taken, body))
    return json_answer(taken_record_answer(taken), 201 if taken.is_new else 200)


@blueprint.route("/v1/me/elsewhere")
@allow("participant")
@blueprint.lists(ElsewhereActions)
def list_elsewhere() -> Response:
    """What I did before, in the books of other installations, the last recorded first."""
    return read_page(elsewhere_answer, read_elsewhere, viewer=caller().viewer)


def _asked(body: SentMove) -> AskedMove:
    return wiring().database.transact(
        ask_move,
        asking_participant(),
        audience=body["audience"],
        identity=body["identity"],
        own_key_id=own_key_id(),
        identity_key=wiring().settings.identity_key,
        clock=wiring().clock,
    )


def _taken(body: SentArrival) -> TakenIn:
    return wiring().database.transact(
        take_in_record,
        body["export"],
        identity=body["identity"],
        participant_id=asking_participant(),
        keys=KeysHere(own_key_id(), wiring().settings.identity_key),
        rulebook=wiring().rulebook,
        clock=wiring().clock,
    )
