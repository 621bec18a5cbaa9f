"""Read what a person did."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.actions import actions_of
from behaviours.actions.stored_action import StoredAction
from behaviours.viewer import Viewer


def read_my_actions(
    connection: Connection, *, viewer: Viewer, before: UUID | None, limit: int
) -> list[StoredAction]:
    """Up to ``limit`` of the viewer's own actions, the last recorded first, from an id on."""
    assert viewer.role == "participant", "only people do things"
    assert viewer.tenant_id is not None
    return actions_of(connection, viewer.tenant_id, before=before, limit=limit)
