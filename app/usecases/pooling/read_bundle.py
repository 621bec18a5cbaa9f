"""Read a bundle as it stands."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import read_bundle as stored_bundle
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle
from rewards.pooling.refusals import UnknownBundle


def read_bundle(connection: Connection, bundle_id: UUID, *, viewer: Viewer | None) -> Bundle:
    """The bundle of this id. Raises UnknownBundle for one that ``viewer`` may not see.

    ``viewer`` None is the public, which sees what was published.
    """
    bundle = stored_bundle(connection, bundle_id)
    if bundle is None or not bundle.visible_to(viewer):
        raise UnknownBundle("unpublished_bundle" if viewer is None else "bundle")
    return bundle
