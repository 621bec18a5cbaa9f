"""Read one action, as far as it is for who asks."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.recording.read_actions import read_actions
from behaviours.actions.stored_action import StoredAction
from behaviours.viewer import Viewer


def read_action(connection: Connection, action_id: UUID, *, viewer: Viewer) -> StoredAction:
    """The action as it is now; raises UnknownAction for who is no party to it."""
    (stored,) = read_actions(connection, [action_id], viewer=viewer)
    return stored
