"""Read the households that a person is in, was in, or is asked to be in."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.households import versions_naming
from behaviours.households import HouseholdVersion
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_households(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[HouseholdVersion]:
    """Every version that names the viewer, the newest first."""
    return versions_naming(connection, person_behind(viewer), before=before, limit=most)
