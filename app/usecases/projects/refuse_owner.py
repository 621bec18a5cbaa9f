"""Refuse that a project changes hands, for a reason."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.owner_changes import write_owner_change
from app.usecases.projects.hold_owner_change import hold_owner_change
from behaviours.projects.owner_change import OwnerChange
from behaviours.viewer import Viewer


def refuse_owner(
    connection: Connection,
    project_id: UUID,
    number: int,
    reason: str,
    *,
    by: Viewer,
    clock: Clock,
) -> OwnerChange:
    """The change that came to nothing.

    Raises OwnerChangeStateConflict and what ``hold_owner_change`` raises.
    """
    held = hold_owner_change(connection, project_id, number, by=by)
    refused = held.change.refused(reason, now=clock.now())
    write_owner_change(connection, refused)
    return refused
