"""Webhooks as their owners see them, and the messages as receivers get them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson
from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from app.shown.events import PREFIX as EVENT, event_answer
from behaviours.events import WrittenEvent
from behaviours.json_value import JsonObject
from behaviours.webhooks import OUTCOMES, REASONS, STATES, AttemptMade, WebhookEndpoint

PREFIX: Final = "whk"
DELIVERY: Final = "dlv"
# The thing that a trial tells of: there is none.
_NOTHING: Final = f"none_{32 * '0'}"
_LONG: Final = f"0199{28 * '0'}"


class WebhookAnswer(Schema):
    """An endpoint as it stands."""

    id = plain.String(metadata={"example": f"{PREFIX}_{_LONG}"})
    organisation_id = plain.String(
        allow_none=True, metadata={"description": "Null: of the programme."}
    )
    url = plain.String(metadata={"example": "https://hooks.example.cn/tanpuhui"})
    description = plain.String(metadata={"example": "Settlement"})
    types = plain.List(
        plain.String(), metadata={"description": "The types it is sent; none: all it may see."}
    )
    state = plain.String(metadata={"enum": list(STATES)})
    reason = plain.String(
        allow_none=True,
        metadata={"enum": [*REASONS, None], "description": "Why it is disabled."},
    )
    created_at = plain.String(metadata=AS_MOMENT)
    state_at = plain.String(metadata=AS_MOMENT)
    former_secret_until = plain.String(
        allow_none=True,
        metadata={**AS_MOMENT, "description": "Until when messages carry two signatures."},
    )


class NewWebhookAnswer(WebhookAnswer):
    """An endpoint, and its newest secret, which is shown this once."""

    secret = plain.String(metadata={"example": "whsec_…"})


class DeliveryAnswer(Schema):
    """One attempt at a message."""

    id = plain.String(metadata={"example": f"{DELIVERY}_{_LONG}"})
    event_id = plain.String(metadata={"example": f"{EVENT}_{_LONG}"})
    type = plain.String(metadata={"example": "redemption.captured"})
    subject = plain.String(metadata={"example": f"rdm_{_LONG}"})
    attempt = plain.Integer(metadata={"example": 1})
    started_at = plain.String(metadata=AS_MOMENT)
    duration_ms = plain.Integer()
    outcome = plain.String(metadata={"enum": list(OUTCOMES)})
    status = plain.Integer(allow_none=True)
    trouble = plain.String(
        allow_none=True,
        metadata={"description": "What went wrong where nothing was answered."},
    )
    answer = plain.String(metadata={"description": "The first 1,000 bytes of what was answered."})
    replayed = plain.Boolean()
    test = plain.Boolean()


def webhook_answer(endpoint: WebhookEndpoint) -> JsonObject:
    """An endpoint, as JSON; of its secret nothing."""
    owner, until = endpoint.organisation_id, endpoint.former_until
    return {
        "id": public(PREFIX, endpoint.endpoint_id),
        "organisation_id": public("org", owner) if owner else None,
        "url": endpoint.url,
        "description": endpoint.description,
        "types": list(endpoint.types),
        "state": endpoint.state,
        "reason": endpoint.reason,
        "created_at": moment(endpoint.created_at),
        "state_at": moment(endpoint.state_at),
        "former_secret_until": moment(until) if until else None,
    }


def delivery_answer(made: AttemptMade) -> JsonObject:
    """One attempt, as JSON."""
    return {
        "id": public(DELIVERY, made.attempt_id),
        "event_id": public(EVENT, made.message_id),
        "type": made.type,
        "subject": made.subject,
        "attempt": made.number,
        "started_at": moment(made.started_at),
        "duration_ms": made.duration_ms,
        "outcome": made.outcome,
        "status": made.status,
        "trouble": made.trouble,
        "answer": made.answer.decode("utf-8", "replace"),
        "replayed": made.is_replay,
        "test": made.is_trial,
    }


def event_body(event: WrittenEvent) -> bytes:
    """What is sent of an event: byte by byte what ``GET /v1/events/{id}`` answers."""
    return orjson.dumps(event_answer(event))


def trial_body(message_id: UUID, trial_type: str, *, at: datetime) -> bytes:
    """A message of a type, marked by a CloudEvents extension, of which there is no event."""
    event = WrittenEvent(0, trial_type, _NOTHING, None, at.astimezone(UTC))
    return orjson.dumps({**event_answer(event), "id": public(EVENT, message_id), "test": True})
