"""Give public notice of the report of a period."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.periods import write_period
from app.usecases.projects.hold_period_for import hold_period_for
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.viewer import Viewer


def notice_period(
    connection: Connection,
    period_id: UUID,
    *,
    deadlines: ProjectDeadlines,
    by: Viewer,
    clock: Clock,
) -> MonitoringPeriod:
    """The period; it is verified once the notice is over, by the longest rule that applies.

    Raises PeriodStateConflict and what ``hold_period_for`` raises.
    """
    period, project = hold_period_for(connection, period_id, by=by)
    now = clock.now()
    said = project.said
    last = deadlines.report_noticed(now, region=said.region, methodology=said.methodology)
    noticed = period.noticed(last.day, now=now)
    write_period(connection, noticed)
    return noticed
