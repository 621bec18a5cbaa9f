"""Start the selection of a bundle's reductions."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.start_bundle_task import start_bundle_task
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SELECT, Bundle


def start_selection(connection: Connection, bundle_id: UUID, *, by: Viewer, clock: Clock) -> Bundle:
    """Let a task select, window by window. Raises UnknownBundle, BundleStateConflict."""
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check(SELECT, by=by)
    task_id = start_bundle_task(connection, bundle, names.SELECT_BUNDLE, by=by, now=clock.now())
    started = bundle.move(
        SELECT, by=by, task_id=task_id, reductions=0, selected_mg=0, carried_in_mg=0
    )
    write_bundle(connection, started)
    return started
