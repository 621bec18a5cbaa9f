"""Read what was asked and decided of a project's registration."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.decisions import decisions_of
from app.usecases.projects.read_project import read_project
from behaviours.projects.registration import ProjectDecision
from behaviours.viewer import Viewer


def read_decisions(
    connection: Connection, project_id: UUID, *, by: Viewer
) -> list[ProjectDecision]:
    """In their order; raises UnknownProject."""
    read_project(connection, project_id, by=by)
    return decisions_of(connection, project_id)
