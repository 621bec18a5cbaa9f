"""Cancel a bundle before it is sealed."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.return_bundle import return_bundle
from behaviours.viewer import Viewer
from rewards.pooling.bundle import CANCEL, Bundle


def cancel_bundle(connection: Connection, bundle_id: UUID, *, by: Viewer, clock: Clock) -> Bundle:
    """Return its reductions to the pool. Raises UnknownBundle, BundleStateConflict."""
    bundle = hold_bundle(connection, bundle_id, by=by)
    return return_bundle(connection, bundle, CANCEL, by=by, now=clock.now())
