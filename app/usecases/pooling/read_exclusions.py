"""Read what a selection left out, and why."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.counting import read_count
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.pooling.counting import SELECTION, CountedDays, known


def read_exclusions(
    connection: Connection, bundle_id: UUID, *, viewer: Viewer | None
) -> CountedDays:
    """What was selected and what was left out, as it was then. Raises UnknownBundle."""
    bundle = read_bundle(connection, bundle_id, viewer=viewer)
    return known(read_count(connection, bundle.bundle_id, SELECTION), SELECTION)
