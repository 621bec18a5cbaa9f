"""Hold an endpoint that something is to be sent to."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.webhooks.hold_own_webhook import hold_own_webhook
from behaviours.viewer import Viewer
from behaviours.webhooks import ENABLED, WebhookEndpoint, WebhookMoved


def hold_enabled_webhook(
    connection: Connection, endpoint_id: UUID, step: str, *, by: Viewer
) -> WebhookEndpoint:
    """The endpoint, as ``hold_own_webhook``; raises WebhookMoved besides when it is disabled."""
    endpoint = hold_own_webhook(connection, endpoint_id, by=by)
    if endpoint.state != ENABLED:
        raise WebhookMoved(state=endpoint.state, step=step)
    return endpoint
