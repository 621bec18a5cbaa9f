"""Read events: a page of them, in their order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.events.reading import read_page_of_events
from behaviours.events import EventFilter, EventPage, check_kept, number_of, readers_behind
from behaviours.viewer import Viewer


def read_events(
    connection: Connection,
    sought: EventFilter,
    *,
    by: Viewer,
    after: UUID | None,
    most: int,
    kept_since: datetime,
) -> EventPage:
    """Up to ``most`` events of ``sought`` after a place that an earlier page or event gave.

    Who acts for the programme reads all, an organisation those of its things. None: from the oldest
    that is kept. Raises EventsGone for a place before ``kept_since``, after which not all is kept.
    """
    if after is not None:
        check_kept(after, kept_since=kept_since)
    return read_page_of_events(
        connection,
        sought,
        readers=readers_behind(by),
        after=number_of(after) if after else None,
        since=kept_since,
        most=most,
    )
