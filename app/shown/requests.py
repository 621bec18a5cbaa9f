"""How a request to a person is shown: to the person, and to the provider that asks."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.requests import CONFIRMED, DECLINED, KINDS, OPEN, PersonalRequest


class RequestAnswer(Schema):
    """What a provider asks of a person, as it stands."""

    id = plain.String(metadata={"example": "ask_0199b2c3d4e57f0080000000000000aa"})
    provider_id = plain.String()
    kind = plain.String(metadata={"enum": list(KINDS)})
    scene = plain.String(allow_none=True)
    text_version = plain.String(allow_none=True)
    state = plain.String(metadata={"enum": [OPEN, CONFIRMED, DECLINED]})
    asked_at = Moment()
    answered_at = Moment(allow_none=True)


def request_answer(asked: PersonalRequest) -> JsonObject:
    """A request as an answer."""
    return {
        "id": public("ask", asked.request_id),
        "provider_id": public("org", asked.organisation_id),
        "kind": asked.kind,
        "scene": asked.scene,
        "text_version": asked.text_version,
        "state": asked.state,
        "asked_at": moment(asked.asked_at),
        "answered_at": moment(asked.answered_at) if asked.answered_at else None,
    }
