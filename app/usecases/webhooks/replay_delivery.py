"""Send an event to a webhook again that was sent to it before."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.events.reading import find_event
from app.store.webhooks.attempts import find_attempt
from app.store.webhooks.rounds import add_replays, wake
from app.usecases.webhooks.hold_enabled_webhook import hold_enabled_webhook
from behaviours.events import number_of
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from behaviours.webhooks import AttemptMade, EventGone, UnknownDelivery


def replay_delivery(
    connection: Connection, endpoint_id: UUID, attempt_id: UUID, *, by: Viewer
) -> AttemptMade:
    """The attempt whose event is sent again, by the same id, as if it had never been sent.

    Raises UnknownWebhook, WebhookMoved, UnknownDelivery, EventGone and what ``find_manager``
    raises.
    """
    endpoint = hold_enabled_webhook(connection, endpoint_id, "replay", by=by)
    found = find_attempt(connection, endpoint_id, attempt_id)
    attempt = found_or(found, UnknownDelivery("delivery"))
    if attempt.is_trial:
        raise EventGone("trial")
    number = number_of(attempt.message_id)
    event = found_or(find_event(connection, number, readers=endpoint.readers), EventGone("event"))
    add_replays(connection, endpoint_id, [event.number])
    wake(connection, endpoint_id)
    return attempt
