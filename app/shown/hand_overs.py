"""Hand-overs as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from app.usecases.projects.read_hand_overs import HandOverRead
from behaviours.json_value import JsonObject
from rewards.registry.hand_over import RECEIVER_KINDS
from rewards.registry.handing_over import STATES, HandOver


class HandOverAnswer(Schema):
    """A hand-over as it stands."""

    period_id = plain.String()
    number = plain.Integer(metadata={"description": "Counts those of its period from 1."})
    name = plain.String(metadata={"description": "What its manifest calls it by."})
    kind = plain.String(metadata={"enum": list(RECEIVER_KINDS)})
    receiver = plain.String()
    account = plain.String()
    beneficiary_code = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    prepared_at = plain.String(metadata=AS_MOMENT)
    state_at = plain.String(metadata=AS_MOMENT)
    manifest_sha256 = plain.String(
        allow_none=True, metadata={"description": "Of manifest.json, once it is locked."}
    )
    receiver_number = plain.String(
        allow_none=True, metadata={"description": "What the receiver calls it."}
    )
    reason = plain.String(
        allow_none=True, metadata={"description": "Why it was rejected or unlocked."}
    )


class SerialPairAnswer(Schema):
    """A range of ours, and what the receiver calls it."""

    ours = plain.String()
    theirs = plain.String()


class HandOverReadAnswer(HandOverAnswer):
    """A hand-over with its serials."""

    serials = plain.List(
        plain.String(), metadata={"description": "Ours, once it is locked; in order."}
    )
    foreign_serials = plain.List(
        plain.Nested(SerialPairAnswer), metadata={"description": "Of an accepted one."}
    )


class HandOversAnswer(Schema):
    """The hand-overs of a monitoring period."""

    hand_overs = plain.List(plain.Nested(HandOverReadAnswer))


def hand_over_answer(one: HandOver) -> JsonObject:
    """A hand-over as it is answered."""
    digest = one.manifest_digest
    return {
        "period_id": public("mpd", one.period_id),
        "number": one.number,
        "name": one.name,
        "kind": one.receiver_kind,
        "receiver": one.receiver_name,
        "account": one.account,
        "beneficiary_code": one.beneficiary_code,
        "state": one.state,
        "prepared_at": moment(one.prepared_at),
        "state_at": moment(one.state_at),
        "manifest_sha256": digest.hex() if digest else None,
        "receiver_number": one.answer_number,
        "reason": one.reason,
    }


def hand_overs_answer(found: Sequence[HandOverRead]) -> JsonObject:
    """The hand-overs of a period as they are answered."""
    return {
        "hand_overs": [
            {
                **hand_over_answer(each.hand_over),
                "serials": list(each.serials),
                "foreign_serials": [dict(pair._asdict()) for pair in each.foreign],
            }
            for each in found
        ]
    }
