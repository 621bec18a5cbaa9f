"""Read what was sent to a webhook, and what it answered."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.webhooks.attempts import list_attempts
from app.usecases.webhooks.read_webhook import read_webhook
from behaviours.viewer import Viewer
from behaviours.webhooks import AttemptMade


def read_deliveries(
    connection: Connection,
    endpoint_id: UUID,
    *,
    outcome: str | None,
    message_id: UUID | None,
    by: Viewer,
    before: UUID | None,
    most: int,
) -> list[AttemptMade]:
    """Attempts, the newest first; of one outcome or one message, or all. Raises UnknownWebhook."""
    read_webhook(connection, endpoint_id, by=by)
    return list_attempts(
        connection, endpoint_id, outcome=outcome, message_id=message_id, before=before, most=most
    )
