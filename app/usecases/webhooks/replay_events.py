"""Send events to a webhook again: those of a range, whether they were delivered or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.events.reading import read_page_of_events
from app.store.webhooks.rounds import add_replays, wake
from app.usecases.webhooks.hold_enabled_webhook import hold_enabled_webhook
from behaviours.events import EventFilter, check_kept, number_of
from behaviours.viewer import Viewer
from behaviours.webhooks import MOST_REPLAYED, ReplayTooLong


def replay_events(
    connection: Connection,
    endpoint_id: UUID,
    *,
    after: UUID,
    until: UUID,
    kept_since: datetime,
    by: Viewer,
) -> int:
    """How many events come after the one place and not after the other, of the types that the
    endpoint is sent: each is sent again, by the same id, as if it had never been sent.

    Raises UnknownWebhook, WebhookMoved, EventsGone, ReplayTooLong and what ``find_manager`` raises.
    """
    endpoint = hold_enabled_webhook(connection, endpoint_id, "replay", by=by)
    check_kept(after, kept_since=kept_since)
    page = read_page_of_events(
        connection,
        EventFilter(),
        readers=endpoint.readers,
        after=number_of(after),
        since=kept_since,
        most=MOST_REPLAYED + 1,
    )
    within = [each for each in page.events if each.number <= number_of(until)]
    if len(within) > MOST_REPLAYED:
        raise ReplayTooLong(most=MOST_REPLAYED, pointer="/until")
    numbers = [each.number for each in within if endpoint.wants(each.type)]
    add_replays(connection, endpoint_id, numbers)
    wake(connection, endpoint_id)
    return len(numbers)
