"""Read contributions: what the person who looks entrusted, also what they have withdrawn."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.contributions import contributions_of
from behaviours.people import Contribution, person_behind
from behaviours.viewer import Viewer


def read_contributions(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[Contribution]:
    """The viewer's own contributions, newest first, from the one before ``before``."""
    return contributions_of(connection, person_behind(viewer), after=before, limit=most)
