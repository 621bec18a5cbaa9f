"""Start the long part of a step: a task of the platform, in the transaction of the step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.outbox.start_task import start_task
from app.store.database import Connection
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle


def start_bundle_task(
    connection: Connection, bundle: Bundle, name: str, *, by: Viewer, now: datetime
) -> UUID:
    """Start the task ``name`` of ``app.outbox.names`` for a bundle; returns the task's id.

    ``app.jobs.pooling_tasks`` says under the same name what it does.
    """
    return start_task(
        connection,
        name,
        subject_id=bundle.bundle_id,
        arguments={},
        now=now,
        started_by=by.tenant_id or by.user_id,
    )
