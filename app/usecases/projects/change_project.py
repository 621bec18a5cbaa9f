"""Change what a draft of a project says; its whole statement is said anew."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.projects import write_project
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.civil_time import civil_day
from behaviours.projects.applying import NewProject
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def change_project(
    connection: Connection,
    project_id: UUID,
    new: NewProject,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> Project:
    """The draft as it says by now. Raises ProjectStateConflict, and what ``apply_project`` and
    ``hold_project_of`` raise."""
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    changed = project.saying(new.stated(rulebook, on=civil_day(now, rulebook.zone)), now=now)
    write_project(connection, changed)
    return changed
