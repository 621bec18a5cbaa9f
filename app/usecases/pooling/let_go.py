"""Let a bundle go before it is sealed: its reductions return to the pool."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.store.registry.carbon_book import lock_family, post
from app.usecases.pooling.standing import book_of, bundle_at

OPEN_STATES = (
    "draft", "selecting", "selected", "reported", "submitted", "verified", "noticed",
)  # fmt: skip


def let_go(
    connection: Connection,
    bundle_id: UUID,
    *,
    state: str,
    started_by: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Make an unsealed bundle ``rejected`` or ``cancelled``; a task frees its reductions.

    The remainder it had carried in goes back to where it came from. Raises BundleStateConflict.
    """
    assert state in ("rejected", "cancelled"), "a bundle is let go for one of two reasons"
    bundle = bundle_at(connection, bundle_id, *OPEN_STATES)
    book = book_of(bundle)
    lock_family(connection, book.family, book.vintage)
    post(connection, book.carry_back(bundle["carried_in_mg"] or 0), now=now)
    task_id = start_task(
        connection,
        names.RELEASE_BUNDLE,
        subject_id=bundle_id,
        arguments={},
        now=now,
        started_by=started_by,
    )
    changed = {"state": state, "task_id": task_id, "carried_in_mg": 0}
    update_bundle(connection, bundle_id, **changed)
    return bundle | changed
