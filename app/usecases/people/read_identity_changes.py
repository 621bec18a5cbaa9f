"""Read what was asked of a person's identity."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.identity_changes import changes_of
from behaviours.identity_change import IdentityChange
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_identity_changes(
    connection: Connection,
    participant_id: UUID | None = None,
    *,
    viewer: Viewer,
    before: UUID | None,
    most: int,
) -> list[IdentityChange]:
    """Newest first: of anybody for who answers for the programme, of oneself for a person."""
    whose = participant_id if viewer.sees_all else person_behind(viewer)
    assert whose is not None, "an operator names the person"
    return changes_of(connection, whose, before=before, limit=most)
