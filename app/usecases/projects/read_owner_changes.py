"""Read the changes of owner of a project."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.owner_changes import owner_changes_of
from app.store.projects.projects import find_project
from behaviours.projects.owner_change import OwnerChange
from behaviours.projects.project import UnknownProject
from behaviours.viewer import Viewer


def read_owner_changes(
    connection: Connection, project_id: UUID, *, by: Viewer
) -> list[OwnerChange]:
    """In their order; who was to take it over, or handed it over, reads what was its own.

    Raises UnknownProject.
    """
    project = find_project(connection, project_id)
    if project is None:
        raise UnknownProject("project")
    changes = owner_changes_of(connection, project_id)
    of_party = [each for each in changes if each.is_party(by)]
    if of_party and not project.is_of(by):
        return of_party
    project.check_seen_by(by)
    return changes
