"""Read the monitoring periods of a project, newest first."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.periods import periods_of
from app.usecases.projects.read_project import read_project
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.viewer import Viewer


def read_monitoring_periods(
    connection: Connection, project_id: UUID, *, by: Viewer
) -> list[MonitoringPeriod]:
    """Every one of them; raises UnknownProject."""
    read_project(connection, project_id, by=by)
    return periods_of(connection, project_id)
