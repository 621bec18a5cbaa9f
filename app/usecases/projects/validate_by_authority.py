"""Let the authority validate a project by itself, where the rule's text says so."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.projects.seat_validator import seat_validator
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.project import SEAT, Project
from behaviours.projects.validation import BY_AUTHORITY, AuthorityDoesNotValidate
from behaviours.viewer import Viewer


def validate_by_authority(
    connection: Connection,
    project_id: UUID,
    *,
    deadlines: ProjectDeadlines,
    by: Viewer,
    clock: Clock,
) -> Project:
    """The project in validation by the authority. Raises UnknownProject, ProjectStateConflict and
    AuthorityDoesNotValidate."""
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    project.move(SEAT, now=now)
    if not deadlines.terms.validated_by_authority(project.said.methodology):
        raise AuthorityDoesNotValidate(methodology=project.said.methodology)
    return seat_validator(connection, project, None, BY_AUTHORITY, {}, by=by, now=now)
