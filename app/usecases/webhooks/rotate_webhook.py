"""Give a webhook another secret; the one before stays good for a while."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.webhooks.endpoints import write_endpoint
from app.usecases.webhooks.hold_own_webhook import hold_own_webhook
from behaviours.viewer import Viewer
from behaviours.webhooks import WebhookEndpoint


def rotate_webhook(
    connection: Connection, endpoint_id: UUID, *, overlap: timedelta, by: Viewer, clock: Clock
) -> WebhookEndpoint:
    """The endpoint; meanwhile its messages carry a signature by either secret.

    Without any ``overlap`` the secret of before is good no longer. Raises UnknownWebhook,
    FormerSecretGood and what ``find_manager`` raises.
    """
    endpoint = hold_own_webhook(connection, endpoint_id, by=by)
    rotated = endpoint.rotated(new_id(), overlap=overlap, now=clock.real_now())
    write_endpoint(connection, rotated)
    return rotated
