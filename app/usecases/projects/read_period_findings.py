"""Read the findings of a monitoring period, of all attempts to verify it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.findings import OF_VERIFICATIONS
from app.usecases.projects.see_period import see_period
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.viewer import Viewer


def read_period_findings(connection: Connection, period_id: UUID, *, by: Viewer) -> ToldFindings:
    """What was found, and what became of it; raises UnknownPeriod."""
    see_period(connection, period_id, by=by)
    return told_findings(connection, OF_VERIFICATIONS, period_id)
