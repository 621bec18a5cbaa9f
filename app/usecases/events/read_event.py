"""Read one event."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.events.reading import find_event
from behaviours.events import UnknownEvent, WrittenEvent, number_of, readers_behind
from behaviours.viewer import Viewer


def read_event(connection: Connection, event_id: UUID, *, by: Viewer) -> WrittenEvent:
    """The event of this id; raises UnknownEvent, also for one that is not the asker's to read."""
    found = find_event(connection, number_of(event_id), readers=readers_behind(by))
    if found is None or found.event_id != event_id:
        raise UnknownEvent("id", prefix="evt")
    return found
