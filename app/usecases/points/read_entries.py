"""Read every transfer of a person's points."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.points.entries import entries_of
from behaviours.viewer import Viewer
from rewards.points.entry import PointsEntry


def read_entries(
    connection: Connection, viewer: Viewer, *, before: UUID | None, most: int
) -> list[PointsEntry]:
    """The person's own entries, newest first."""
    assert viewer.tenant_id is not None, "a participant's token names the participant"
    return entries_of(connection, viewer.tenant_id, before=before, limit=most)
