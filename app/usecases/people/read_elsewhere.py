"""Read what a person did before, in the books of other installations."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.moves import moved_actions
from behaviours.exports.moving import MovedAction
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_elsewhere(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[MovedAction]:
    """The viewer's own, the last recorded first."""
    return moved_actions(connection, person_behind(viewer), before=before, most=most)
