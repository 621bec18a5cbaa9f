"""Try a webhook: send it a message of a type, of which there is no event."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.webhooks.rounds import add_trial, wake
from app.usecases.webhooks.hold_enabled_webhook import hold_enabled_webhook
from behaviours.viewer import Viewer


def try_webhook(connection: Connection, endpoint_id: UUID, trial_type: str, *, by: Viewer) -> UUID:
    """The id by which the message is sent, once and to this endpoint only, marked as a trial.

    Raises UnknownWebhook, WebhookMoved and what ``find_manager`` raises.
    """
    hold_enabled_webhook(connection, endpoint_id, "try", by=by)
    made = add_trial(connection, endpoint_id, trial_type)
    wake(connection, endpoint_id)
    return made
