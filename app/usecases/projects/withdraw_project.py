"""Withdraw a project that is not registered: its land and meters are free for others."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.projects import write_project
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.project import WITHDRAW, Project
from behaviours.viewer import Viewer


def withdraw_project(
    connection: Connection, project_id: UUID, *, by: Viewer, clock: Clock
) -> Project:
    """The project, which is over. Raises ProjectStateConflict and those of ``hold_project_of``."""
    project = hold_project_of(connection, project_id, by=by)
    withdrawn = project.move(WITHDRAW, now=clock.now())
    write_project(connection, withdrawn)
    return withdrawn
