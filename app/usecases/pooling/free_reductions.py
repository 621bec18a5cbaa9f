"""Free some of the reductions of a bundle that was returned."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.selecting import release_chunk
from app.usecases.pooling.hold_bundle import hold_bundle
from rewards.pooling.bundle import PLATFORM


def free_reductions(connection: Connection, bundle_id: UUID, *, most: int) -> int:
    """Free up to ``most`` of them; 0 when all are free."""
    bundle = hold_bundle(connection, bundle_id, by=PLATFORM)
    assert bundle.is_returned, "only a bundle that was returned is emptied"
    return release_chunk(connection, bundle_id, most=most)
