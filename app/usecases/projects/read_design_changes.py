"""Read the changes of the design of a project."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.design_changes import design_changes_of
from app.store.projects.projects import find_project
from behaviours.projects.design_change import DesignChange
from behaviours.projects.project import VALIDATING, UnknownProject
from behaviours.viewer import Viewer


def read_design_changes(
    connection: Connection, project_id: UUID, *, by: Viewer
) -> list[DesignChange]:
    """In their order; who validates one reads that one. Raises UnknownProject."""
    project = find_project(connection, project_id)
    if project is None:
        raise UnknownProject("project")
    changes = design_changes_of(connection, project_id)
    own = [each for each in changes if each.validator_id == by.tenant_id]
    if by.role == VALIDATING and own and not project.is_seated(by):
        return own
    project.check_seen_by(by)
    return changes
