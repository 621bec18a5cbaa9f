"""Declare a period void: what was reported of it was false, and its days are free again."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.log.acting import tell_reason
from app.store.projects.periods import is_followed, write_period
from app.usecases.projects.hold_period_for import hold_period_for
from behaviours.projects.monitoring import TO_VOID, MonitoringPeriod, PeriodFollowed
from behaviours.viewer import Viewer


def void_period(
    connection: Connection, period_id: UUID, reason: str, *, by: Viewer, clock: Clock
) -> MonitoringPeriod:
    """The period, which is over. Raises PeriodStateConflict, PeriodFollowed and what
    ``hold_period_for`` raises."""
    period, _ = hold_period_for(connection, period_id, by=by)
    moved = period.move(TO_VOID, now=clock.now())
    if is_followed(connection, period):
        raise PeriodFollowed
    tell_reason(reason)
    write_period(connection, moved)
    return moved
