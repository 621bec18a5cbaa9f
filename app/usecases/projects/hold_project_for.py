"""Hold a project for a step of an organisation that takes part."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.projects import hold_project
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.projects.project import Project, UnknownProject
from behaviours.viewer import Viewer


def hold_project_for(connection: Connection, project_id: UUID, *, by: Viewer) -> Project:
    """The project, which nobody else moves until the transaction ends; whose it is, is yet to be
    looked at. Raises UnknownProject, OrganisationSuspended, OrganisationPapersExpired and
    OrganisationClosed."""
    check_taking_part(connection, [by.tenant_id])
    project = hold_project(connection, project_id)
    if project is None:
        raise UnknownProject("project")
    return project
