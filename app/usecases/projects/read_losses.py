"""Read the losses of a project."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.losses import losses_of
from app.usecases.projects.read_project import read_project
from behaviours.projects.loss import Loss
from behaviours.viewer import Viewer


def read_losses(connection: Connection, project_id: UUID, *, by: Viewer) -> list[Loss]:
    """In their order; raises UnknownProject."""
    read_project(connection, project_id, by=by)
    return losses_of(connection, project_id)
