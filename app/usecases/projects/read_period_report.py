"""Read the report of a monitoring period that counts."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.calculations import newest_report
from app.usecases.projects.see_period import see_period
from behaviours.projects.calculated import PeriodReport, UnknownPeriodReport
from behaviours.viewer import Viewer


def read_period_report(connection: Connection, period_id: UUID, *, by: Viewer) -> PeriodReport:
    """The newest report; raises UnknownPeriod and UnknownPeriodReport."""
    see_period(connection, period_id, by=by)
    found = newest_report(connection, period_id)
    if found is None:
        raise UnknownPeriodReport("period_report")
    return found
