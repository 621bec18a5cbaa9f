"""End the seat of who validates a project: it declines, or the authority takes it back."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.projects import hold_project, write_project
from app.store.projects.validations import add_opinion, validations_of
from behaviours.projects.project import AUTHORITY, UNSEAT, Project, UnknownProject
from behaviours.projects.validation import ENDED, ValidationOpinion
from behaviours.viewer import Viewer


def unseat_validator(
    connection: Connection, project_id: UUID, *, reason: str, by: Viewer, clock: Clock
) -> Project:
    """The project, which awaits another validator; who had the seat is not drawn for it again.

    Raises UnknownProject and ProjectStateConflict.
    """
    project = hold_project(connection, project_id)
    if project is None:
        raise UnknownProject("project")
    if not (by.role == AUTHORITY and by.answers_in(project.said.region)):
        project.check_judged_by(by)
    now = clock.now()
    moved = project.move(UNSEAT, now=now)
    assert by.user_id is not None, "whoever ends a seat has a name"
    attempt = len(validations_of(connection, project_id))
    add_opinion(
        connection,
        ValidationOpinion(project_id, attempt, ENDED, reason, None, None, by.user_id, now),
    )
    write_project(connection, moved)
    return moved
