"""Start writing the monitoring report of a selected bundle."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.usecases.pooling.standing import bundle_at
from rewards.pooling.refusals import NothingSelected


def start_report(
    connection: Connection, bundle_id: UUID, *, started_by: UUID, now: datetime
) -> dict[str, Any]:
    """Let a task write the report. Raises BundleStateConflict, NothingSelected."""
    bundle = bundle_at(connection, bundle_id, "selected")
    if bundle["reductions"] == 0:
        raise NothingSelected(
            "No reduction meets the conditions of this bundle. They must be of its methodology,"
            " vintage and days, entrusted by the people, not taken back, of a provenance that its"
            " class admits, and in no other bundle."
        )
    task_id = start_task(
        connection,
        names.REPORT_BUNDLE,
        subject_id=bundle_id,
        arguments={},
        now=now,
        started_by=started_by,
    )
    update_bundle(connection, bundle_id, task_id=task_id)
    return bundle | {"task_id": task_id}
