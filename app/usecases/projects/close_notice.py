"""Close the public notice of a project, when its days are over and every objection has ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.store.complaints.complaints import lock_objections
from app.store.database import Connection
from app.store.projects.projects import write_project
from app.usecases.complaints.pass_time import pass_time
from app.usecases.projects.check_expected import check_expected
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.complaints import Deadlines
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.project import CLOSE_NOTICE, Project
from behaviours.viewer import Viewer


def close_notice(
    connection: Connection,
    project_id: UUID,
    *,
    deadlines: ProjectDeadlines,
    complaints: Deadlines,
    by: Viewer,
    clock: Clock,
) -> Project:
    """The project that awaits its validator.

    Whoever objects at the same moment comes before, and is heard, or after, and is told that the
    notice is over: both hold the project. A design that was stated during the notice has its table
    by then. Raises UnknownProject, ProjectStateConflict, NoticeRunning, ObjectionOpen and
    ExAnteMissing.
    """
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    project.move(CLOSE_NOTICE, now=now)
    numbers = _open_objections(connection, project_id, complaints, now)
    closed = project.notice_closed(numbers, today=deadlines.today(now), now=now)
    assert closed.noticed_design is not None, "what is on notice is of a design"
    check_expected(connection, project_id, closed.noticed_design)
    write_project(connection, closed)
    return closed


def _open_objections(
    connection: Connection, project_id: UUID, complaints: Deadlines, now: datetime
) -> list[str]:
    """By what time has done to them: an answer that nobody took further has ended one."""
    held = lock_objections(connection, project_id)
    standing = pass_time(connection, held, now=now, deadlines=complaints)
    return [each.number for each in standing if each.is_open]
