"""Read the sample that was drawn from a bundle."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.sample import list_sample
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.pooling.sample import DrawnReduction


def read_sample(
    connection: Connection, bundle_id: UUID, *, viewer: Viewer, after: UUID | None, most: int
) -> list[DrawnReduction]:
    """The drawn reductions by action id. Raises UnknownBundle, as for the bundle itself."""
    read_bundle(connection, bundle_id, viewer=viewer)
    return list_sample(connection, bundle_id, after=after, most=most)
