"""Withdraw a change of a design before it is decided."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.design_changes import write_design_change
from app.usecases.projects.hold_design_change import hold_design_change
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.design_change import WITHDRAW, DesignChange
from behaviours.viewer import Viewer


def withdraw_design_change(
    connection: Connection, project_id: UUID, number: int, *, by: Viewer, clock: Clock
) -> DesignChange:
    """The change that came to nothing. Raises UnknownDesignChange, DesignChangeStateConflict and
    what ``hold_project_of`` raises."""
    hold_project_of(connection, project_id, by=by)
    change = hold_design_change(connection, project_id, number)
    moved = change.move(WITHDRAW, now=clock.now())
    write_design_change(connection, moved)
    return moved
