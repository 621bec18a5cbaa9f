"""Moves and what was brought along, as their person and the command line see them."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from app.shown.actions import SavedAnswer
from app.usecases.recording.take_in_record import TakenIn
from behaviours.exports.moving import AskedMove, Move, MovedAction
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg


class MoveAnswer(Schema):
    """A move that was asked for."""

    id = plain.String(metadata={"example": "mov_0199b2c3d4e57f0080000000000000aa"})
    audience = plain.String(metadata={"example": "21fe31dfa154a261"})
    asked_at = Moment()
    expires_at = Moment()


class TakenRecordAnswer(Schema):
    """A record that was taken in: history, in no pool and for no points."""

    id = plain.String(metadata={"example": "rec_0199b2c3d4e57f0080000000000000aa"})
    participant_id = plain.String()
    origin = plain.String()
    actions = plain.Integer()
    reduction_kg = plain.String(metadata={"format": "decimal"})
    unmatched = plain.Integer(
        metadata={
            "description": "Actions whose numbers nobody can name here: they could not be told from"
            " others when they are reported again."
        }
    )
    taken_at = Moment()


class ElsewhereAnswer(SavedAnswer):
    """An action that is counted in the books of another installation."""

    id = plain.String(metadata={"example": "act_0199b2c3d4e57f0080000000000000aa"})
    place = plain.String(metadata={"enum": ["elsewhere"]})
    recorded_by = plain.String(metadata={"description": "The name of its key."})
    behaviour = plain.String()
    region = plain.String()
    occurred_at = Moment()
    ended_at = Moment(allow_none=True)
    recorded_at = Moment()
    vintage = plain.Integer()


def move_answer(asked: Move) -> JsonObject:
    """A move as an answer."""
    return {
        "id": public("mov", asked.move_id),
        "audience": asked.audience,
        "asked_at": moment(asked.asked_at),
        "expires_at": moment(asked.expires_at),
    }


def move_stated(asked: AskedMove) -> JsonObject:
    """A move as it stands in the export that goes with it."""
    return {
        "id": asked.move.move_id.hex,
        "audience": asked.move.audience,
        "asked_at": moment(asked.move.asked_at),
        "expires_at": moment(asked.move.expires_at),
        "identity_proof": asked.proof.hex(),
    }


def taken_record_answer(taken: TakenIn) -> JsonObject:
    """A record that was taken in, as an answer."""
    record = taken.record
    return {
        "id": public("rec", record.record_id),
        "participant_id": public("par", record.participant_id),
        "origin": record.origin,
        "actions": record.actions,
        "reduction_kg": kg(record.saved_mg),
        "unmatched": record.unmatched,
        "taken_at": moment(record.taken_at),
    }


def elsewhere_answer(moved: MovedAction) -> JsonObject:
    """An action elsewhere as an answer."""
    return {
        "id": public("act", moved.action_id),
        "place": "elsewhere",
        "recorded_by": moved.recorded_by,
        "behaviour": moved.behaviour,
        "region": moved.region,
        "occurred_at": moment(moved.occurred_at),
        "ended_at": moment(moved.ended_at) if moved.ended_at else None,
        "recorded_at": moment(moved.recorded_at),
        "reduction_kg": kg(moved.saved_mg),
        "methodology": f"{moved.methodology}@{moved.version}",
        "digest": f"sha256:{moved.digest.hex()}",
        "provenance": moved.provenance,
        "vintage": moved.vintage,
    }
