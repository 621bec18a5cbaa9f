"""Give a held project whose notice is over to who validates it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.projects.designs import find_design
from app.store.projects.projects import write_project
from app.store.projects.validations import add_validation, validations_of
from behaviours.json_value import JsonObject
from behaviours.projects.project import Project
from behaviours.projects.validation import ProjectValidation
from behaviours.viewer import Viewer


def seat_validator(
    connection: Connection,
    project: Project,
    validator_id: UUID | None,
    how: str,
    said: JsonObject,
    *,
    reason: str | None = None,
    by: Viewer,
    now: datetime,
) -> Project:
    """The project in validation, as it is written. Raises ProjectStateConflict."""
    assert by.user_id is not None, "whoever seats has a name"
    seated = project.seated(validator_id, now=now)
    design = find_design(connection, project.project_id, project.noticed_design)
    assert design is not None, "what was on notice was stated"
    attempt = len(validations_of(connection, project.project_id)) + 1
    validation = ProjectValidation(
        project.project_id,
        attempt,
        design.number,
        design.digest,
        validator_id,
        how,
        said,
        reason,
        by.user_id,
        now,
    )
    write_project(connection, seated)
    add_validation(connection, validation)
    return seated
