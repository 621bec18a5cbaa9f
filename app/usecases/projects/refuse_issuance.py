"""Refuse to issue what was verified of a period, with the clause that forbids it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.log.acting import tell_reason
from app.store.projects.periods import write_period
from app.usecases.projects.hold_period_for import hold_period_for
from behaviours.projects.monitoring import REFUSE, MonitoringPeriod
from behaviours.viewer import Viewer


def refuse_issuance(
    connection: Connection, period_id: UUID, reason: str, *, by: Viewer, clock: Clock
) -> MonitoringPeriod:
    """The period, of which nothing is issued. Raises PeriodStateConflict and what
    ``hold_period_for`` raises."""
    period, _ = hold_period_for(connection, period_id, by=by)
    moved = period.move(REFUSE, now=clock.now())
    tell_reason(reason)
    write_period(connection, moved)
    return moved
