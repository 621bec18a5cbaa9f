"""Hold an endpoint that somebody looks after."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.webhooks.endpoints import hold_endpoint
from app.usecases.webhooks.find_manager import find_manager
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from behaviours.webhooks import UnknownWebhook, WebhookEndpoint


def hold_own_webhook(connection: Connection, endpoint_id: UUID, *, by: Viewer) -> WebhookEndpoint:
    """The endpoint, which nobody else changes until the transaction ends.

    Raises UnknownWebhook and what ``find_manager`` raises.
    """
    owner = find_manager(connection, by)
    return found_or(hold_endpoint(connection, owner, endpoint_id), UnknownWebhook("webhook"))
