"""List what a person did."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.actions import StoredAction, actions_of


def list_actions(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[StoredAction]:
    """Up to ``limit`` of the person's actions, the last recorded first, older than ``before``."""
    return actions_of(connection, participant_id, before=before, limit=limit)
