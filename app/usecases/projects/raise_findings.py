"""Raise findings in a verification: what is unclear, wrong, or to be done by the next period."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.projects.findings import OF_VERIFICATIONS, add_findings
from app.usecases.projects.hold_seated_period import hold_seated_period
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.projects.finding import NewFinding, ProjectFinding
from behaviours.projects.monitoring import RAISE
from behaviours.viewer import Viewer


def raise_findings(
    connection: Connection,
    period_id: UUID,
    said: Sequence[NewFinding],
    *,
    by: Viewer,
    clock: Clock,
) -> ToldFindings:
    """Every finding of the period. Raises PeriodStateConflict and what ``hold_seated_period``
    raises."""
    period = hold_seated_period(connection, period_id, by=by)
    now = clock.now()
    period.move(RAISE, now=now)
    assert by.user_id is not None, "whoever finds has a name"
    made = [
        ProjectFinding(identifier, period_id, period.attempt, *each, by.user_id, now)
        for identifier, each in zip(new_ids(len(said)), said, strict=True)
    ]
    add_findings(connection, OF_VERIFICATIONS, period_id, made)
    return told_findings(connection, OF_VERIFICATIONS, period_id)
