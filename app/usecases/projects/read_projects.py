"""Read projects: an applicant's own, or all those of the programme or of one's city."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.projects import list_projects
from behaviours.projects.project import Project
from behaviours.viewer import Viewer


def read_projects(
    connection: Connection,
    *,
    by: Viewer,
    state: str | None = None,
    before: UUID | None = None,
    most: int,
) -> list[Project]:
    """Newest first; ``state`` None: in whichever."""
    return list_projects(
        connection,
        applicant_id=None if by.sees_all else by.tenant_id,
        area=by.area,
        state=state,
        before=before,
        most=most,
    )
