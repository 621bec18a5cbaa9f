"""Read a design document of a project."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.designs import find_design
from app.usecases.projects.read_project import read_project
from behaviours.projects.design import StatedDesign, UnknownDesign
from behaviours.viewer import Viewer


def read_design(
    connection: Connection, project_id: UUID, *, by: Viewer, number: int | None = None
) -> StatedDesign:
    """The one of a number, or the one that was stated last; raises UnknownProject and
    UnknownDesign."""
    read_project(connection, project_id, by=by)
    found = find_design(connection, project_id, number)
    if found is None:
        raise UnknownDesign("design")
    return found
