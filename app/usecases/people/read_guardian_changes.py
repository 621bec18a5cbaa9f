"""Read who asked to be a child's guardian."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.guardians import guardian_changes
from behaviours.guardians import SignedChange
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_guardian_changes(
    connection: Connection,
    participant_id: UUID | None = None,
    *,
    viewer: Viewer,
    before: UUID | None,
    most: int,
) -> list[SignedChange]:
    """Newest first: of anybody for who answers for the programme, of oneself for a person."""
    whose = participant_id if viewer.sees_all else person_behind(viewer)
    assert whose is not None, "an operator names the child"
    return guardian_changes(connection, whose, before=before, limit=most)
