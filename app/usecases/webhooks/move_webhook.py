"""Disable a webhook, enable it again, or delete it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.events.numbering import readable_until
from app.store.webhooks.endpoints import write_endpoint
from app.usecases.webhooks.hold_own_webhook import hold_own_webhook
from behaviours.viewer import Viewer
from behaviours.webhooks import ASKED, WebhookEndpoint


def move_webhook(
    connection: Connection,
    endpoint_id: UUID,
    step: str,
    *,
    skip_missed: bool = False,
    by: Viewer,
    clock: Clock,
) -> WebhookEndpoint:
    """The endpoint after the step. One that is enabled goes on where it stopped, unless
    ``skip_missed``: then with what happens from now on.

    Raises UnknownWebhook, WebhookMoved and what ``find_manager`` raises.
    """
    endpoint = hold_own_webhook(connection, endpoint_id, by=by)
    moved = endpoint.move(step, now=clock.now(), reason=ASKED)
    write_endpoint(connection, moved, after=readable_until(connection) if skip_missed else None)
    return moved
