"""Read whose guardian the viewer is, and was."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.guardians import wards_of
from behaviours.guardians import Ward
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_wards(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[Ward]:
    """The viewer's children, newest first, also those who decide alone by now."""
    return wards_of(connection, person_behind(viewer), before=before, limit=most)
