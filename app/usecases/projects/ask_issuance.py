"""Ask that what was verified of a period is issued."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.periods import write_period
from app.usecases.projects.hold_period_of import hold_period_of
from behaviours.projects.monitoring import ASK, MonitoringPeriod
from behaviours.viewer import Viewer


def ask_issuance(
    connection: Connection, period_id: UUID, *, by: Viewer, clock: Clock
) -> MonitoringPeriod:
    """The period, which awaits the issue.

    Raises PeriodStateConflict and what ``hold_period_of`` raises.
    """
    period, _ = hold_period_of(connection, period_id, by=by)
    moved = period.move(ASK, now=clock.now())
    write_period(connection, moved)
    return moved
