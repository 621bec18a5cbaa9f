"""Read the projects that everybody may read: those that were on public notice."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.projects import list_public_projects
from behaviours.projects.project import Project


def read_public_projects(
    connection: Connection, *, state: str | None = None, before: UUID | None = None, most: int
) -> list[Project]:
    """Newest first; ``state`` None: in whichever."""
    return list_public_projects(connection, state=state, before=before, most=most)
