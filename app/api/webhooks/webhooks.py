"""Routes of endpoints: registered, changed, rotated, disabled, enabled and deleted."""

from __future__ import annotations

from flask import Response

from app.api.webhooks.bodies import (
    EXAMPLE,
    EnablingBody,
    SecretRotationBody,
    SentEnabling,
    SentSecretRotation,
    SentWebhook,
    WebhookBody,
    new_webhook,
    overlap_of,
)
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import once, step_of
from app.http.pages import read_one, read_page
from app.ids import parse
from app.secrecy.webhook_secrets import webhook_secret
from app.shown.events import READERS
from app.shown.webhooks import PREFIX, NewWebhookAnswer, WebhookAnswer, webhook_answer
from app.usecases.webhooks.change_webhook import change_webhook
from app.usecases.webhooks.move_webhook import move_webhook
from app.usecases.webhooks.read_webhook import read_webhook
from app.usecases.webhooks.read_webhooks import read_webhooks
from app.usecases.webhooks.register_webhook import register_webhook
from app.usecases.webhooks.rotate_webhook import rotate_webhook
from behaviours.json_value import JsonObject
from behaviours.webhooks import DELETE, DISABLE, ENABLE, WebhookEndpoint

blueprint = Blueprint(
    "webhooks", __name__, description="Where events are sent, signed by Standard Webhooks."
)
work_on = step_of(PREFIX, webhook_answer)


@blueprint.route("/v1/webhooks")
@allow(*READERS)
@blueprint.lists(WebhookAnswer, "Webhooks")
def list_webhooks() -> Response:
    """The endpoints of one's organisation, newest first; for the programme, its own."""
    return read_page(webhook_answer, read_webhooks, by=caller().viewer)


@blueprint.route("/v1/webhooks", methods=["POST"])
@allow(*READERS, step="webhook.register")
@blueprint.arguments(WebhookBody, example=EXAMPLE)
@blueprint.response(201, NewWebhookAnswer)
def register_endpoint(body: SentWebhook) -> Response:
    """Register an endpoint, which is sent what GET /v1/events shows the caller, from now on.

    By a client of the organisation or an administrator of it; for the programme, by who acts for
    it. The secret is shown this once. Each message is the event as GET /v1/events/{id} answers it,
    with `webhook-id` (the event's id), `webhook-timestamp` and `webhook-signature`; any 2xx within
    ten seconds means that it was taken. Else it is tried again, ten times within some 75 hours.
    Messages come at least once and in any order: `sequence` tells the later state of one subject.
    410 disables the endpoint, and so do five days in which it took nothing.
    """
    return once(_with_secret, status=201, required=False)(
        register_webhook, new_webhook(body), tls_only=_tls_only(), **by_caller()
    )


@blueprint.route("/v1/webhooks/<webhook_id>")
@allow(*READERS)
@blueprint.response(200, WebhookAnswer)
def read_endpoint(webhook_id: str) -> Response:
    """Read one endpoint."""
    return read_one(webhook_answer, read_webhook, parse(PREFIX, webhook_id), by=caller().viewer)


@blueprint.route("/v1/webhooks/<webhook_id>", methods=["PUT"])
@allow(*READERS, step="webhook.change")
@blueprint.arguments(WebhookBody, example=EXAMPLE)
@blueprint.response(200, WebhookAnswer)
def change_endpoint(body: SentWebhook, webhook_id: str) -> Response:
    """State anew where events are sent, and which; what waits goes to the new address."""
    return work_on(
        change_webhook, webhook_id, new_webhook(body), tls_only=_tls_only(), by=caller().viewer
    )


@blueprint.route("/v1/webhooks/<webhook_id>/rotate", methods=["POST"])
@allow(*READERS, step="webhook.rotate")
@blueprint.arguments(SecretRotationBody, example={"overlap_hours": 24})
@blueprint.response(200, NewWebhookAnswer)
def rotate_secret(body: SentSecretRotation, webhook_id: str) -> Response:
    """Another secret, shown this once. Until `former_secret_until` each message carries two
    signatures, so that a receiver may change over at any moment of it."""
    return step_of(PREFIX, _with_secret)(
        rotate_webhook, webhook_id, overlap=overlap_of(body), **by_caller()
    )


@blueprint.route("/v1/webhooks/<webhook_id>/disable", methods=["POST"])
@allow(*READERS, step="webhook.disable")
@blueprint.response(200, WebhookAnswer)
def disable_endpoint(webhook_id: str) -> Response:
    """Send nothing until it is enabled; what happens meanwhile waits as long as events do."""
    return work_on(move_webhook, webhook_id, DISABLE, **by_caller())


@blueprint.route("/v1/webhooks/<webhook_id>/enable", methods=["POST"])
@allow(*READERS, step="webhook.enable")
@blueprint.arguments(EnablingBody, example={"skip_missed": False})
@blueprint.response(200, WebhookAnswer)
def enable_endpoint(body: SentEnabling, webhook_id: str) -> Response:
    """Send again: from where it stopped, or from now on."""
    return work_on(
        move_webhook,
        webhook_id,
        ENABLE,
        skip_missed=body.get("skip_missed", False),
        **by_caller(),
    )


@blueprint.route("/v1/webhooks/<webhook_id>", methods=["DELETE"])
@allow(*READERS, step="webhook.delete")
@blueprint.response(200, WebhookAnswer)
def delete_endpoint(webhook_id: str) -> Response:
    """Delete an endpoint for good, with what waits for it."""
    return work_on(move_webhook, webhook_id, DELETE, **by_caller())


def _tls_only() -> bool:
    return not wiring().settings.is_test_mode


def _with_secret(endpoint: WebhookEndpoint) -> JsonObject:
    secret = webhook_secret(endpoint.secret_id, wiring().settings.identity_key)
    return {**webhook_answer(endpoint), "secret": secret}
