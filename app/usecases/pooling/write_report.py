"""Write the monitoring report: what the bundle holds, by behaviour, month, region and rule."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.ids import public
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.reporting import contents_of, factors_used
from app.usecases.pooling.hold_bundle import hold_bundle
from rewards.pooling.bundle import PLATFORM, REPORT, SELECTED
from rewards.pooling.documents import MonitoringReport


def write_report(connection: Connection, bundle_id: UUID, *, zone: ZoneInfo, now: datetime) -> bool:
    """Count and sum the entries and keep the report; False when the bundle has moved on."""
    bundle = hold_bundle(connection, bundle_id, by=PLATFORM)
    if bundle.state != SELECTED:
        return False
    if not bundle.reductions:
        return False
    contents = contents_of(connection, bundle_id, zone=zone)
    report = MonitoringReport(
        bundle=public("bdl", bundle_id),
        written_at=now,
        conditions=bundle.conditions,
        whole=contents.whole,
        carried_in_mg=bundle.carried_in_mg or 0,
        by_behaviour=contents.by_behaviour,
        by_month=contents.by_month,
        by_region=contents.by_region,
        by_version=contents.by_version,
        factors=factors_used(connection, bundle_id),
    )
    write_bundle(connection, bundle.move(REPORT, by=PLATFORM, report=report))
    return True
