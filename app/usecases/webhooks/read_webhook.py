"""Read one webhook of one's organisation, or of the programme."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.webhooks.endpoints import find_endpoint
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from behaviours.webhooks import UnknownWebhook, WebhookEndpoint, owner_behind


def read_webhook(connection: Connection, endpoint_id: UUID, *, by: Viewer) -> WebhookEndpoint:
    """The endpoint; raises UnknownWebhook."""
    found = find_endpoint(connection, owner_behind(by), endpoint_id)
    return found_or(found, UnknownWebhook("webhook"))
