"""Open the public notice of a designed project: everybody reads its design, and may object."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.designs import find_design
from app.usecases.projects.check_expected import check_expected
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.projects.put_on_notice import put_on_notice
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.project import OPEN_NOTICE, Project
from behaviours.viewer import Viewer


def open_notice(
    connection: Connection,
    project_id: UUID,
    *,
    by: Viewer,
    clock: Clock,
    deadlines: ProjectDeadlines,
) -> Project:
    """The project on notice, with the table of what its design is expected to come to.

    Raises UnknownProject, ProjectStateConflict and ExAnteMissing.
    """
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    project.move(OPEN_NOTICE, now=now)
    design = find_design(connection, project_id)
    assert design is not None, "a designed project has a design"
    check_expected(connection, project_id, design.number)
    return put_on_notice(
        connection, project, OPEN_NOTICE, design, deadlines=deadlines, by=by, now=now
    )
