"""Start a preview: what a draft would hold, counted before anything is marked."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.counting import forget_count
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.start_bundle_task import start_bundle_task
from behaviours.viewer import Viewer
from rewards.pooling import counting
from rewards.pooling.bundle import PREVIEW, Bundle


def start_preview(connection: Connection, bundle_id: UUID, *, by: Viewer, clock: Clock) -> Bundle:
    """Let a task count, window by window; an earlier preview is forgotten.

    Raises UnknownBundle, BundleStateConflict.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check(PREVIEW, by=by)
    forget_count(connection, bundle_id, counting.PREVIEW)
    task_id = start_bundle_task(connection, bundle, names.PREVIEW_BUNDLE, by=by, now=clock.now())
    started = bundle.move(PREVIEW, by=by, task_id=task_id)
    write_bundle(connection, started)
    return started
