"""Read what was handed in of a project, without the contents."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.proofs import proofs_of
from app.usecases.projects.read_project import read_project
from behaviours.projects.project import ProjectProof
from behaviours.viewer import Viewer


def read_proofs(connection: Connection, project_id: UUID, *, by: Viewer) -> list[ProjectProof]:
    """Oldest first; raises UnknownProject."""
    read_project(connection, project_id, by=by)
    return proofs_of(connection, project_id)
