"""Put a held project's design on public notice: opened, or begun anew because it changed."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.projects.notices import add_notice, notices_of
from app.store.projects.projects import write_project
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.design import StatedDesign
from behaviours.projects.project import Project, ProjectNotice
from behaviours.viewer import Viewer


def put_on_notice(
    connection: Connection,
    project: Project,
    step: str,
    design: StatedDesign,
    *,
    deadlines: ProjectDeadlines,
    by: Viewer,
    now: datetime,
) -> Project:
    """The project as it is written, on notice by the longest rule that applies to it.

    Raises ProjectStateConflict.
    """
    assert by.user_id is not None, "whoever opens a notice has a name"
    said = project.said
    last = deadlines.notice_opened(now, region=said.region, methodology=said.methodology)
    noticed = project.on_notice(step, design.number, last.day, now=now)
    number = len(notices_of(connection, project.project_id)) + 1
    notice = ProjectNotice(
        project.project_id,
        number,
        design.number,
        design.digest,
        last.day,
        last.rule.written(),
        by.user_id,
        now,
    )
    write_project(connection, noticed)
    add_notice(connection, notice)
    return noticed
