"""Read the moves that a person asked for."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.moves import asked_moves
from behaviours.exports.moving import Move
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_moves(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[Move]:
    """The viewer's own, newest first."""
    return asked_moves(connection, person_behind(viewer), before=before, most=most)
