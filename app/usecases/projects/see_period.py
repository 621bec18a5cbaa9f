"""See a monitoring period: its owner, who answers for the programme, and the body that verifies."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.periods import find_period
from app.store.projects.projects import find_project
from behaviours.projects.monitoring import MonitoringPeriod, UnknownPeriod
from behaviours.viewer import Viewer


def see_period(connection: Connection, period_id: UUID, *, by: Viewer) -> MonitoringPeriod:
    """The period as it stands; raises UnknownPeriod."""
    period = find_period(connection, period_id)
    if period is None:
        raise UnknownPeriod("monitoring_period")
    project = find_project(connection, period.project_id)
    assert project is not None, "a period is of a project"
    verifies = period.verifier_id is not None and by.tenant_id == period.verifier_id
    if not (verifies or by.answers_in(project.said.region) or project.is_of(by)):
        raise UnknownPeriod("monitoring_period")
    return period
