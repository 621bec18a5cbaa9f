"""The bundles that everybody may read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import list_bundles


def read_published_bundles(
    connection: Connection, *, before: UUID | None, most: int
) -> list[dict[str, Any]]:
    """Under notice, sealed or issued; newest first."""
    return list_bundles(connection, before=before, most=most, published=True)
