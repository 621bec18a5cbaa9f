"""Read what the locked values of a monitoring period come to, with every step."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.calculations import newest_calculation
from app.usecases.projects.see_period import see_period
from behaviours.projects.calculated import PeriodCalculation, UnknownCalculation
from behaviours.viewer import Viewer


def read_period_calculation(
    connection: Connection, period_id: UUID, *, by: Viewer
) -> PeriodCalculation:
    """The newest run; raises UnknownPeriod and UnknownCalculation."""
    see_period(connection, period_id, by=by)
    found = newest_calculation(connection, period_id)
    if found is None:
        raise UnknownCalculation("calculation")
    return found
