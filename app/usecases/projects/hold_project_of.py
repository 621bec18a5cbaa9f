"""Hold a project for a step of its applicant, who takes part."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.projects.hold_project_for import hold_project_for
from behaviours.projects.project import Project
from behaviours.viewer import Viewer


def hold_project_of(connection: Connection, project_id: UUID, *, by: Viewer) -> Project:
    """The project, which nobody else moves until the transaction ends.

    Raises UnknownProject for everybody but its applicant, OrganisationSuspended,
    OrganisationPapersExpired and OrganisationClosed.
    """
    project = hold_project_for(connection, project_id, by=by)
    project.check_of(by)
    return project
