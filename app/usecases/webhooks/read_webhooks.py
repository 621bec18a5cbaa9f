"""Read the webhooks of one's organisation, or of the programme."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.webhooks.endpoints import list_endpoints
from behaviours.viewer import Viewer
from behaviours.webhooks import WebhookEndpoint, owner_behind


def read_webhooks(
    connection: Connection, *, by: Viewer, before: UUID | None, most: int
) -> list[WebhookEndpoint]:
    """Those that are not deleted, the newest first."""
    return list_endpoints(connection, owner_behind(by), before=before, most=most)
