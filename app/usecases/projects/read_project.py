"""Read a project: its applicant may, and who answers for the programme in its region."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.projects import find_project
from behaviours.projects.project import Project, UnknownProject
from behaviours.viewer import Viewer


def read_project(connection: Connection, project_id: UUID, *, by: Viewer) -> Project:
    """The project as it stands; raises UnknownProject."""
    project = find_project(connection, project_id)
    if project is None:
        raise UnknownProject("project")
    project.check_seen_by(by)
    return project
