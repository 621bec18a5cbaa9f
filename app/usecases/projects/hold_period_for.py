"""Hold a monitoring period for a step of whoever answers for the programme."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.periods import find_period, hold_period
from app.store.projects.projects import hold_project
from app.usecases.projects.hold_period_of import HeldPeriod
from behaviours.projects.monitoring import UnknownPeriod
from behaviours.viewer import Viewer


def hold_period_for(connection: Connection, period_id: UUID, *, by: Viewer) -> HeldPeriod:
    """The project is held before its period. Raises UnknownPeriod for who does not answer in its
    region."""
    found = find_period(connection, period_id)
    project = hold_project(connection, found.project_id) if found else None
    if project is None or not by.answers_in(project.said.region):
        raise UnknownPeriod("monitoring_period")
    period = hold_period(connection, period_id)
    assert period is not None, "no period is ever deleted"
    return HeldPeriod(period, project)
