"""Withdraw from a change of owner, as either party, before it is confirmed."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.owner_changes import write_owner_change
from app.usecases.projects.hold_owner_change import hold_owner_change
from behaviours.projects.owner_change import WITHDRAW, OwnerChange
from behaviours.viewer import Viewer


def withdraw_owner(
    connection: Connection, project_id: UUID, number: int, *, by: Viewer, clock: Clock
) -> OwnerChange:
    """The change that came to nothing.

    Raises OwnerChangeStateConflict and what ``hold_owner_change`` raises.
    """
    held = hold_owner_change(connection, project_id, number, by=by)
    moved = held.change.move(WITHDRAW, now=clock.now())
    write_owner_change(connection, moved)
    return moved
