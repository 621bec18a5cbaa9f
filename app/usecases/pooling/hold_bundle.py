"""Hold a bundle: the one that a verb works on, locked until the transaction ends."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle
from rewards.pooling.refusals import UnknownBundle


def hold_bundle(connection: Connection, bundle_id: UUID, *, by: Viewer) -> Bundle:
    """The locked bundle. Raises UnknownBundle when there is none that ``by`` may see."""
    bundle = lock_bundle(connection, bundle_id)
    if bundle is None or not bundle.visible_to(by):
        raise UnknownBundle("bundle")
    return bundle
