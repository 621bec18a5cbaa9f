"""Suspend a project on the register: one person at once, with a reason."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.decisions import write_decision
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.projects.project import SUSPEND, Project
from behaviours.viewer import Viewer


def suspend_project(
    connection: Connection, project_id: UUID, *, reason: str, by: Viewer, clock: Clock
) -> Project:
    """The suspended project. Raises UnknownProject and ProjectStateConflict."""
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    suspended = project.move(SUSPEND, now=now)
    return write_decision(connection, suspended, SUSPEND, reason, by=by.user_id, now=now)
