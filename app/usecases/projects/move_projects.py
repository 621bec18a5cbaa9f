"""Move projects by time itself: a notice that is over closes, what nothing moved lapses, and a
crediting period that is over completes."""

from __future__ import annotations

from app.clock import Clock
from app.store.complaints.complaints import lock_objections
from app.store.database import Connection
from app.store.projects.due import lock_due_projects
from app.store.projects.projects import write_project
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.project import CLOSE_NOTICE, COMPLETE, LAPSE, Project

PROJECTS_AT_ONCE = 100


def move_projects(
    connection: Connection,
    *,
    deadlines: ProjectDeadlines,
    clock: Clock,
    most: int = PROJECTS_AT_ONCE,
) -> int:
    """Take the step of at most ``most`` projects each; returns how many moved. Run it until 0.

    What others hold is left to the next time.
    """
    now = clock.now()
    today, before = deadlines.today(now), deadlines.lapsing_before(now)
    moved = list[Project]()
    for project in lock_due_projects(
        connection, CLOSE_NOTICE, today=today, before=before, most=most
    ):
        # Asked again under the lock: somebody may just have objected.
        if not lock_objections(connection, project.project_id):
            moved.append(project.notice_closed((), today=today, now=now))
    for step in (LAPSE, COMPLETE):
        due = lock_due_projects(connection, step, today=today, before=before, most=most)
        moved += (project.move(step, now=now) for project in due)
    for project in moved:
        write_project(connection, project)
    return len(moved)
