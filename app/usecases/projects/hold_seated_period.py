"""Hold a monitoring period for a step of the body that verifies it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.periods import hold_period
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.projects.monitoring import MonitoringPeriod, UnknownPeriod
from behaviours.viewer import Viewer


def hold_seated_period(connection: Connection, period_id: UUID, *, by: Viewer) -> MonitoringPeriod:
    """Raises UnknownPeriod for every other body, and OrganisationSuspended."""
    check_taking_part(connection, [by.tenant_id])
    period = hold_period(connection, period_id)
    if period is None:
        raise UnknownPeriod("monitoring_period")
    period.check_verified_by(by)
    return period
