"""One replacement as it stands."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.replacing import find_replacement
from behaviours.viewer import Viewer
from rewards.registry.replacement import Replacement, check_visible


def read_replacement(
    connection: Connection, replacement_id: UUID, *, viewer: Viewer
) -> Replacement:
    """For its holder, and for operators and authorities; raises UnknownUnits."""
    return check_visible(find_replacement(connection, replacement_id), viewer)
