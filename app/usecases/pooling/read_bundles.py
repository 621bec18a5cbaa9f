"""Read bundles, newest first."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import list_bundles
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle, sight_of


def read_bundles(
    connection: Connection, *, viewer: Viewer | None, before: UUID | None, most: int
) -> list[Bundle]:
    """Up to ``most`` that ``viewer`` (None: the public) may see, older than ``before``."""
    return list_bundles(connection, sight_of(viewer), before=before, most=most)
