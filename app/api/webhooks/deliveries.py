"""Routes of deliveries: what was sent and answered, sent again, and tried."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.webhooks.bodies import (
    DeliveriesQuery,
    RangeBody,
    SentDeliveriesQuery,
    SentRange,
    SentTrial,
    TrialBody,
)
from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.once import once
from app.http.pages import read_page
from app.ids import parse, public
from app.shown.events import PREFIX as EVENT, READERS
from app.shown.webhook_vectors import VectorsAnswer, signature_vectors
from app.shown.webhooks import DELIVERY, PREFIX, DeliveryAnswer, delivery_answer
from app.usecases.webhooks.read_deliveries import read_deliveries
from app.usecases.webhooks.replay_delivery import replay_delivery
from app.usecases.webhooks.replay_events import replay_events
from app.usecases.webhooks.try_webhook import try_webhook
from behaviours.json_value import JsonObject
from behaviours.retention import EVENTS
from behaviours.retention_due import due_before

blueprint = Blueprint("deliveries", __name__, description="What was sent to webhooks.")
_PLACE: Final = f"{EVENT}_0199{28 * '0'}"


class ReplayAnswer(Schema):
    """How many events are sent again."""

    events = plain.Integer(metadata={"example": 42})


class TrialAnswer(Schema):
    """By which id the trial is sent: its attempt is found by it among the deliveries."""

    event_id = plain.String(metadata={"example": _PLACE})


@blueprint.route("/v1/webhooks/<webhook_id>/deliveries")
@allow(*READERS)
@blueprint.lists(DeliveryAnswer, "WebhookDeliveries", narrowed_by=DeliveriesQuery)
def list_deliveries(wanted: SentDeliveriesQuery, webhook_id: str) -> Response:
    """Every attempt at an endpoint, newest first, with the first bytes of what was answered.

    Kept as long as the retention schedule says, usually 30 days.
    """
    return read_page(
        delivery_answer,
        read_deliveries,
        parse(PREFIX, webhook_id),
        outcome=wanted.get("outcome"),
        message_id=wanted.get("event_id"),
        by=caller().viewer,
    )


@blueprint.route("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/replay", methods=["POST"])
@allow(*READERS, step="webhook.replay")
@blueprint.response(200, DeliveryAnswer)
def replay_one(webhook_id: str, delivery_id: str) -> Response:
    """Send the event of a delivery again, by the same id, as if it had not been sent."""
    return once(delivery_answer, status=200, required=False)(
        replay_delivery,
        parse(PREFIX, webhook_id),
        parse(DELIVERY, delivery_id),
        by=caller().viewer,
    )


@blueprint.route("/v1/webhooks/<webhook_id>/replay", methods=["POST"])
@allow(*READERS, step="webhook.replay")
@blueprint.arguments(RangeBody, example={"after": _PLACE, "until": _PLACE})
@blueprint.response(200, ReplayAnswer)
def replay_range(body: SentRange, webhook_id: str) -> Response:
    """Send a range of events again, delivered or not: those after the one and not after the other,
    of the types that the endpoint is sent, 1,000 at most."""
    return once(_replayed, status=200, required=False)(
        replay_events,
        parse(PREFIX, webhook_id),
        after=body["after"],
        until=body["until"],
        kept_since=due_before(wiring().programme.retention, EVENTS, now(), wiring().zone),
        by=caller().viewer,
    )


@blueprint.route("/v1/webhooks/<webhook_id>/test", methods=["POST"])
@allow(*READERS, step="webhook.test")
@blueprint.arguments(TrialBody, example={"type": "redemption.captured"})
@blueprint.response(200, TrialAnswer)
def send_trial(body: SentTrial, webhook_id: str) -> Response:
    """Send one message of a type to this endpoint only, marked `"test": true`, once.

    It tells of nothing that happened, and stands among no events.
    """
    return once(_tried, status=200, required=False)(
        try_webhook, parse(PREFIX, webhook_id), body["type"], by=caller().viewer
    )


@blueprint.route("/v1/webhooks/signature-vectors")
@allow_public
@blueprint.response(200, VectorsAnswer)
def read_signature_vectors() -> Response:
    """Messages with their signatures, and some that must be refused, to try a receiver with."""
    return json_answer(signature_vectors())


def _replayed(events: int) -> JsonObject:
    return {"events": events}


def _tried(message_id: UUID) -> JsonObject:
    return {"event_id": public(EVENT, message_id)}
