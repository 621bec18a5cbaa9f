"""Hold a project for a step of who answers for the programme in its region."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.projects import hold_project
from behaviours.projects.project import Project, UnknownProject
from behaviours.viewer import Viewer


def hold_project_in(connection: Connection, project_id: UUID, *, by: Viewer) -> Project:
    """The project, which nobody else moves until the transaction ends. Raises UnknownProject for
    who does not answer for its region."""
    project = hold_project(connection, project_id)
    if project is None or not by.answers_in(project.said.region):
        raise UnknownProject("project")
    return project
