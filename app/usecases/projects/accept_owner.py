"""Accept, as its next owner, that one takes a project over."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.owner_changes import write_owner_change
from app.usecases.projects.hold_owner_change import hold_owner_change
from behaviours.projects.owner_change import ACCEPT, OwnerChange
from behaviours.viewer import Viewer


def accept_owner(
    connection: Connection, project_id: UUID, number: int, *, by: Viewer, clock: Clock
) -> OwnerChange:
    """The change, which two people have yet to confirm.

    Raises OwnerChangeStateConflict and what ``hold_owner_change`` raises; unknown to everybody but
    the next owner.
    """
    held = hold_owner_change(connection, project_id, number, by=by, taking_part=["next_id"])
    held.change.check_next(by)
    moved = held.change.move(ACCEPT, now=clock.now())
    write_owner_change(connection, moved)
    return moved
