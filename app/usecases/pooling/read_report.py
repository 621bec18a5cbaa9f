"""Read the monitoring report of a bundle."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.pooling.documents import MonitoringReport
from rewards.pooling.refusals import UnknownBundle


def read_report(
    connection: Connection, bundle_id: UUID, *, viewer: Viewer | None
) -> MonitoringReport:
    """The report. Raises UnknownBundle when it, or the bundle, is not there to see."""
    report = read_bundle(connection, bundle_id, viewer=viewer).report
    if report is None:
        raise UnknownBundle("report")
    return report
