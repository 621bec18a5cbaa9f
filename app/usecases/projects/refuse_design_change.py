"""Refuse a change of a design, for a reason."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.design_changes import write_design_change
from app.usecases.projects.hold_design_change import hold_design_change
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.projects.design_change import DesignChange
from behaviours.viewer import Viewer


def refuse_design_change(
    connection: Connection, project_id: UUID, number: int, reason: str, *, by: Viewer, clock: Clock
) -> DesignChange:
    """The change that came to nothing. Raises UnknownProject, UnknownDesignChange and
    DesignChangeStateConflict."""
    hold_project_in(connection, project_id, by=by)
    refused = hold_design_change(connection, project_id, number).refused(reason, now=clock.now())
    write_design_change(connection, refused)
    return refused
