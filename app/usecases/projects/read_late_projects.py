"""Read what the chain of projects waits for too long: opinions, and decisions of the authority."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.decisions import asked_registrations
from app.store.projects.losses import late_losses, overdue_reports
from app.store.projects.validations import late_validations
from behaviours.civil_time import start_of_day
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.registration import LateProjects, LateRegistration
from behaviours.viewer import Viewer


def read_late_projects(
    connection: Connection, *, deadlines: ProjectDeadlines, by: Viewer, clock: Clock, most: int
) -> LateProjects:
    """Validations to remind of, registrations and reports that are overdue, and losses that were
    reported too late, the oldest first."""
    now = clock.now()
    before = start_of_day(deadlines.reminding_before(now), deadlines.zone)
    asked = [
        LateRegistration(project_id, deadlines.decision_due(asked_at))
        for project_id, asked_at in asked_registrations(connection, area=by.area, most=most)
    ]
    return LateProjects(
        late_validations(connection, before=before, area=by.area, most=most),
        [each for each in asked if each.due_on < deadlines.today(now)],
        overdue_reports(connection, before=deadlines.reported_since(now), area=by.area, most=most),
        late_losses(connection, zone=deadlines.zone, area=by.area, most=most),
    )
