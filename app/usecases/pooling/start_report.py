"""Start writing the monitoring report of a selected bundle."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.start_bundle_task import start_bundle_task
from behaviours.viewer import Viewer
from rewards.pooling.bundle import START_REPORT, Bundle


def start_report(connection: Connection, bundle_id: UUID, *, by: Viewer, clock: Clock) -> Bundle:
    """Let a task write the report. Raises UnknownBundle, BundleStateConflict, NothingSelected."""
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check(START_REPORT, by=by)
    bundle.check_reportable()
    task_id = start_bundle_task(connection, bundle, names.REPORT_BUNDLE, by=by, now=clock.now())
    started = bundle.move(START_REPORT, by=by, task_id=task_id)
    write_bundle(connection, started)
    return started
