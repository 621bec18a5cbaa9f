"""Register a webhook: from now on events are sent to an address."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.events.numbering import readable_until
from app.store.webhooks.endpoints import add_endpoint, count_endpoints
from app.usecases.webhooks.find_manager import find_manager
from behaviours.viewer import Viewer
from behaviours.webhooks import ENABLED, NewWebhook, WebhookEndpoint, check_room, check_url


def register_webhook(
    connection: Connection, new: NewWebhook, *, tls_only: bool, by: Viewer, clock: Clock
) -> WebhookEndpoint:
    """The endpoint, which is sent what happens from now on and nothing of before.

    Raises WebhookUrlUnfit, TooManyWebhooks and what ``find_manager`` raises.
    """
    check_url(new.url, tls_only=tls_only)
    owner = find_manager(connection, by)
    check_room(count_endpoints(connection, owner))
    now = clock.now()
    endpoint = WebhookEndpoint(
        endpoint_id=new_id(),
        organisation_id=owner,
        url=new.url,
        description=new.description,
        types=new.types,
        secret_id=new_id(),
        former_secret_id=None,
        former_until=None,
        state=ENABLED,
        reason=None,
        revision=1,
        created_at=now,
        state_at=now,
    )
    add_endpoint(connection, endpoint, after=readable_until(connection))
    return endpoint
