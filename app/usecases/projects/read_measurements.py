"""Read the values of a monitoring period that count."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.measurements import current_measurements
from app.usecases.projects.see_period import see_period
from behaviours.projects.measurement import Measurement
from behaviours.viewer import Viewer


def read_measurements(connection: Connection, period_id: UUID, *, by: Viewer) -> list[Measurement]:
    """Every value in whose place no other one stands; raises UnknownPeriod."""
    see_period(connection, period_id, by=by)
    return current_measurements(connection, period_id)
