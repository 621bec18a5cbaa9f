"""Start the selection of a bundle's reductions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.usecases.pooling.standing import bundle_at


def start_selection(
    connection: Connection, bundle_id: UUID, *, started_by: UUID, now: datetime
) -> dict[str, Any]:
    """Let a task select; returns the bundle, now ``selecting``. Raises BundleStateConflict."""
    bundle = bundle_at(connection, bundle_id, "draft")
    task_id = start_task(
        connection,
        names.SELECT_BUNDLE,
        subject_id=bundle_id,
        arguments={},
        now=now,
        started_by=started_by,
    )
    changed = {"state": "selecting", "task_id": task_id}
    update_bundle(connection, bundle_id, reductions=0, selected_mg=0, carried_in_mg=0, **changed)
    return bundle | changed
