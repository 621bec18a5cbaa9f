"""Find the project to whose design somebody objects."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.projects import share_project
from behaviours.complaint_refusals import UnknownComplaint
from behaviours.projects.project import Project


def project_on_notice(connection: Connection, project_id: UUID) -> Project:
    """The project, whose notice stays open until the objection is filed.

    Raises UnknownComplaint where none of this id is on public notice.
    """
    project = share_project(connection, project_id)
    if project is None or not project.takes_objections:
        raise UnknownComplaint("project_named", pointer="/project_id")
    return project
