"""Read what is to be sent to a webhook in one round."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from app.store.database import Connection
from app.store.events.reading import find_events, read_page_of_events
from app.store.webhooks.claiming import ClaimedEndpoint
from app.store.webhooks.rounds import count_failed, due_of, forget_pending
from behaviours.events import EventFilter, EventPage, WrittenEvent
from behaviours.webhooks import MOST_PENDING, Pending

MOST_DUE: Final = 20
# Of these it is sent those that it wants.
LOOKED_AT: Final = 200


class RoundToMake(NamedTuple):
    """What is due, each with its event (None: a trial), and events in their turn.

    No ``page``: so much failed that nothing new is begun.
    """

    due: list[tuple[Pending, WrittenEvent | None]]
    page: EventPage | None


def read_round(
    connection: Connection, claimed: ClaimedEndpoint, *, kept_since: datetime
) -> RoundToMake:
    """What waits for a claimed endpoint. What is due of events that are not kept any more, or that
    its organisation does not read, is forgotten."""
    endpoint = claimed.endpoint
    due = due_of(connection, endpoint.endpoint_id, most=MOST_DUE)
    numbers = [each.event_no for each in due if each.event_no is not None]
    events = {
        each.number: each for each in find_events(connection, numbers, readers=endpoint.readers)
    }
    lost = [e.pending_id for e in due if e.event_no is not None and e.event_no not in events]
    forget_pending(connection, lost)
    found = [
        (each, None if each.event_no is None else events[each.event_no])
        for each in due
        if each.pending_id not in lost
    ]
    if count_failed(connection, endpoint.endpoint_id) >= MOST_PENDING:
        return RoundToMake(found, None)
    page = read_page_of_events(
        connection,
        EventFilter(),
        readers=endpoint.readers,
        after=claimed.after,
        since=kept_since,
        most=LOOKED_AT,
    )
    return RoundToMake(found, page)
