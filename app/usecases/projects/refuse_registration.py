"""Refuse to register a project: the authority, by a clause."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.decisions import write_decision
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.projects.project import REFUSE, Project
from behaviours.viewer import Viewer


def refuse_registration(
    connection: Connection, project_id: UUID, *, clause: str, reason: str, by: Viewer, clock: Clock
) -> Project:
    """The project, which is over. Raises UnknownProject and ProjectStateConflict."""
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    refused = project.move(REFUSE, now=now)
    return write_decision(
        connection, refused, REFUSE, reason, clause=clause, by=by.user_id, now=now
    )
