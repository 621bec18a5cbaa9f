"""Free some of the reductions of a bundle that was let go."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle
from app.store.pooling.selecting import release_chunk


def release_entries(connection: Connection, bundle_id: UUID, *, most: int) -> int:
    """Free up to ``most`` of them; 0 when all are free."""
    bundle = lock_bundle(connection, bundle_id)
    assert bundle is not None, "a release is started for a bundle"
    assert bundle["state"] in ("rejected", "cancelled"), "only a bundle that was let go is emptied"
    return release_chunk(connection, bundle_id, most=most)
