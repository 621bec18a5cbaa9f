"""Read where a person lived before."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.homes import former_regions
from behaviours.homes import FormerRegion
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_former_regions(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[FormerRegion]:
    """The viewer's regions before this one, the one that was told last first."""
    return former_regions(connection, person_behind(viewer), before=before, limit=most)
