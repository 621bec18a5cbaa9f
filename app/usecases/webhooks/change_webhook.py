"""Change where a webhook is sent to, or which events are."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from app.store.database import Connection
from app.store.webhooks.endpoints import write_endpoint
from app.usecases.webhooks.hold_own_webhook import hold_own_webhook
from behaviours.viewer import Viewer
from behaviours.webhooks import NewWebhook, WebhookEndpoint, check_url


def change_webhook(
    connection: Connection, endpoint_id: UUID, new: NewWebhook, *, tls_only: bool, by: Viewer
) -> WebhookEndpoint:
    """The endpoint as it is from now on; what waits for it goes to the new address.

    Raises WebhookUrlUnfit, UnknownWebhook and what ``find_manager`` raises.
    """
    check_url(new.url, tls_only=tls_only)
    endpoint = hold_own_webhook(connection, endpoint_id, by=by)
    changed = replace(endpoint, **new._asdict())
    if changed != endpoint:
        changed = replace(changed, revision=endpoint.revision + 1)
        write_endpoint(connection, changed)
    return changed
