"""Read links: by whose word the viewer's account opens."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.links import links_of
from behaviours.links import Link
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_links(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[Link]:
    """The viewer's own links, newest first, also those that ended."""
    return links_of(connection, person_behind(viewer), before=before, limit=most)
